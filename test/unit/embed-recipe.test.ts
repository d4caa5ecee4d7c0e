import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { embedRecipe } from '../../server/src/adapters/transformers/embed-recipe.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a family whose files say nothing is embedded as its card tells', () => {
  const folder = tempFolder();
  const check = (id: string, pooling: string, query: string, passage: string) =>
    assert.deepEqual(embedRecipe(folder, id), { pooling, query, passage });
  check('Xenova/all-MiniLM-L6-v2', 'mean', '', '');
  check('Xenova/gte-small', 'mean', '', '');
  check('Xenova/multilingual-e5-small', 'mean', 'query: ', 'passage: ');
  check('Xenova/bge-m3', 'cls', '', '');
  check('nomic-ai/nomic-embed-text-v1.5', 'mean', 'search_query: ', 'search_document: ');
  const { pooling, query, passage } = embedRecipe(folder, 'Xenova/bge-small-en-v1.5');
  assert.equal(pooling, 'cls');
  assert.match(query, /^Represent this sentence/);
  assert.equal(passage, '');
});

test('the files of sentence-transformers go before that, and goldfish.json before them', () => {
  const folder = tempFolder();
  const id = 'me/my-bge-small-en';
  mkdirSync(join(folder, '1_Pooling'));
  writeFileSync(join(folder, '1_Pooling/config.json'), '{"pooling_mode_mean_tokens": true}');
  writeFileSync(
    join(folder, 'config_sentence_transformers.json'),
    '{"prompts": {"query": "ask: ", "document": "told: "}}',
  );
  assert.deepEqual(embedRecipe(folder, id), { pooling: 'mean', query: 'ask: ', passage: 'told: ' });
  writeFileSync(join(folder, 'goldfish.json'), '{"pooling": "last", "query": "", "passage": 5}');
  assert.deepEqual(embedRecipe(folder, id), { pooling: 'last', query: '', passage: 'told: ' });
  writeFileSync(join(folder, 'goldfish.json'), 'not JSON');
  assert.equal(embedRecipe(folder, id).pooling, 'mean');
});
