import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readPoolingConfig } from '../../server/src/adapters/transformers/pooling-config.ts';
import { findEmbedderPreset, toEmbedderRevision } from '../../server/src/core/models/embedder-presets.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('given a model without pooling files, when read, then its family gives pooling and prefixes', () => {
  const folder = tempFolder();
  const check = (id: string, pooling: string, query: string, passage: string) =>
    assert.deepEqual(readPoolingConfig(folder, id), { pooling, query, passage });
  check('Xenova/all-MiniLM-L6-v2', 'mean', '', '');
  check('Xenova/gte-small', 'mean', '', '');
  check('Xenova/multilingual-e5-small', 'mean', 'query: ', 'passage: ');
  check('Xenova/bge-m3', 'cls', '', '');
  check('nomic-ai/nomic-embed-text-v1.5', 'mean', 'search_query: ', 'search_document: ');
  const { pooling, query, passage } = readPoolingConfig(folder, 'Xenova/bge-small-en-v1.5');
  assert.equal(pooling, 'cls');
  assert.match(query, /^Represent this sentence/);
  assert.equal(passage, '');
});

test('given sentence-transformers files and goldfish.json, when read, then the latter wins', () => {
  const folder = tempFolder();
  const id = 'me/my-bge-small-en';
  mkdirSync(join(folder, '1_Pooling'));
  writeFileSync(join(folder, '1_Pooling/config.json'), '{"pooling_mode_mean_tokens": true}');
  writeFileSync(
    join(folder, 'config_sentence_transformers.json'),
    '{"prompts": {"query": "ask: ", "document": "told: "}}',
  );
  assert.deepEqual(readPoolingConfig(folder, id), { pooling: 'mean', query: 'ask: ', passage: 'told: ' });
  writeFileSync(join(folder, 'goldfish.json'), '{"pooling": "last", "query": "", "passage": 5}');
  assert.deepEqual(readPoolingConfig(folder, id), { pooling: 'last', query: '', passage: 'told: ' });
  writeFileSync(join(folder, 'goldfish.json'), 'not JSON');
  assert.equal(readPoolingConfig(folder, id).pooling, 'mean');
});

test('given a model name as hosts write it, then its family is found', () => {
  const check = (name: string, query: RegExp, passage: string) => {
    assert.match(findEmbedderPreset(name).query, query, name);
    assert.equal(findEmbedderPreset(name).passage, passage, name);
  };
  check('intfloat/e5-base-v2', /^query: $/, 'passage: ');
  check('e5-small', /^query: $/, 'passage: ');
  check('intfloat/multilingual-e5-large-instruct', /^Instruct: .*\nQuery: $/, '');
  check('nomic-embed-text:v1.5', /^search_query: $/, 'search_document: ');
  check('BAAI/bge-base-en-v1.5', /^Represent/, '');
  check('mxbai-embed-large:latest', /^Represent/, '');
  check('snowflake-arctic-embed:335m', /^Represent/, '');
  check('snowflake-arctic-embed2', /^query: $/, '');
  check('Snowflake/snowflake-arctic-embed-l-v2.0', /^query: $/, '');
  check('qwen3-embedding:0.6b', /^Instruct: .*\nQuery:$/, '');
  for (const plain of [
    'text-embedding-3-small',
    'all-minilm',
    'bge-m3',
    'granite-embedding',
    'some-e5',
    'nomic-embed-code',
  ])
    check(plain, /^$/, '');
});

test('given another passage prefix, then the revision differs', () => {
  const plain = toEmbedderRevision('', { passage: '' });
  assert.equal(plain, '');
  assert.equal(toEmbedderRevision('abc', { passage: '' }), 'abc');
  const all = ['passage: ', 'search_document: '].flatMap((passage) =>
    ['', 'abc'].map((revision) => toEmbedderRevision(revision, { passage })),
  );
  assert.equal(new Set([plain, 'abc', ...all]).size, 6);
});

test('given another passage prefix or pooling, then the revision differs, so that stored vectors are made again', () => {
  const revisions = [
    toEmbedderRevision('a1', { passage: '', pooling: 'mean' }),
    toEmbedderRevision('a1', { passage: '', pooling: 'cls' }),
    toEmbedderRevision('a1', { passage: '', pooling: 'last' }),
    toEmbedderRevision('a1', { passage: 'passage: ', pooling: 'mean' }),
    toEmbedderRevision('a1', { passage: 'passage: ', pooling: 'cls' }),
  ];
  assert.equal(new Set(revisions).size, revisions.length);
  assert.equal(revisions[0], 'a1');
  assert.equal(toEmbedderRevision('', { passage: '' }), '');
});
