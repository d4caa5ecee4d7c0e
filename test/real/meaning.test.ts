// needs folder: ../shared/models
// Search and answers over tables of questions that the released daemon is not asked in answering.test.ts: with an English
// embedder, nothing may be worse than with words only, in any language.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import type { TextEmbedder } from '../../server/src/ports/text-embedder.ts';
import { isRight, isUnanswerable, readQuestions, readTranscripts } from '../support/answer-table.ts';
import { meantLibrary } from '../support/hybrid-library.ts';
import { REAL_MODELS } from '../support/real-models.ts';

const RANKS = [1, 3, 5, 10];
const TABLES = ['answers-unseen', 'answers-held-out', 'answers-broadcasts'];

const minilm = createTransformersTextEmbedder(
  { id: 'minilm', revision: '1' },
  { folder: join(REAL_MODELS, 'minilm'), devices: ['cpu'], threads: 2, idleMs: 600_000 },
);
after(() => minilm.close());

interface TableFigures {
  /** Questions by language whose answer is within the first 1, 3, 5 and 10 hits. */
  readonly recall: Readonly<Record<string, readonly number[]>>;
  readonly right: number;
  readonly refused: number;
}

async function measure(table: string, text: TextEmbedder | undefined): Promise<TableFigures> {
  const shown = readTranscripts(table).map(({ name, lines }) => ({ path: `/v/${name}.mp4`, own: lines }));
  const { search, ask } = await meantLibrary(shown, { text, patienceMs: 60_000 });
  const questions = readQuestions(table).filter(({ scope, after }) => scope === '' && after === '');
  const ranks: { readonly language: string; readonly rank: number }[] = [];
  let right = 0;
  let refused = 0;
  for (const question of questions) {
    const isGood = isRight(question, await ask(question.question));
    if (isGood) right += 1;
    if (isGood && isUnanswerable(question)) refused += 1;
    if (isUnanswerable(question)) continue;
    const hits = await search(question.question);
    const rank = hits.findIndex(({ startMs, endMs }) =>
      question.seconds.some((second) => startMs <= second * 1000 && second * 1000 < endMs),
    );
    ranks.push({ language: question.language, rank: rank < 0 ? Number.POSITIVE_INFINITY : rank + 1 });
  }
  const recall = [...Map.groupBy(ranks, ({ language }) => language)].map(([language, own]) => [
    language,
    RANKS.map((k) => own.filter(({ rank }) => rank <= k).length),
  ]);
  return { recall: Object.fromEntries(recall), right, refused };
}

for (const table of TABLES)
  test(`given an English embedder, when the questions of ${table} are asked, then nothing is worse than with words only`, async (t) => {
    const words = await measure(table, undefined);
    const meaning = await measure(table, minilm);
    t.diagnostic(`words ${JSON.stringify(words)}`);
    t.diagnostic(`with MiniLM ${JSON.stringify(meaning)}`);
    for (const [language, found] of Object.entries(words.recall))
      for (const [i, least] of found.entries())
        assert.ok((meaning.recall[language]?.[i] ?? 0) >= least, `${language}: R@${RANKS[i]}`);
    assert.ok(meaning.refused >= words.refused, `${meaning.refused} of ${words.refused} refused`);
    assert.ok(meaning.right >= words.right, `${meaning.right} instead of ${words.right} right`);
  });
