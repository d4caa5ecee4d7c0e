import assert from 'node:assert/strict';
import test from 'node:test';
import { countRarity, solveRarity, toIdf } from '../../server/src/core/ranking/term-rarity.ts';

const K1 = 1.2;
const B = 0.75;

/** Scores documents as the index does. */
function bm25(documents: readonly string[], query: readonly string[]) {
  const lengths = documents.map((terms) => terms.split(' ').length);
  const average = lengths.reduce((sum, length) => sum + length, 0) / documents.length;
  const countOf = (terms: string, term: string) => terms.split(' ').filter((other) => other === term).length;
  return documents
    .map((terms, i) => {
      const score = query.reduce((sum, term) => {
        const idf = toIdf(documents.filter((other) => countOf(other, term) > 0).length, documents.length);
        const count = countOf(terms, term);
        const norm = K1 * (1 - B + (B * (lengths[i] ?? 0)) / average);
        return sum + (idf * (K1 + 1) * count) / (count + norm);
      }, 0);
      return { passage: { terms }, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

const documents = Array.from({ length: 400 }, (_, i) => {
  const filler = Array.from({ length: 5 + (i % 17) }, (_, j) => `w${(i * 7 + j) % 50}`);
  const words = [
    i % 3 === 0 ? 'issue' : '',
    i % 3 === 0 && i % 2 === 0 ? 'issue' : '',
    i % 40 === 0 ? 'cerb' : '',
  ];
  return [...words.filter(Boolean), ...filler].join(' ');
});
const frequency = (term: string) => documents.filter((terms) => terms.split(' ').includes(term)).length;

test('given the best passages and their scores, when rarity is solved, then it is that of the whole index', () => {
  const best = bm25(documents, ['issue', 'cerb']).slice(0, 50);
  const { idf } = solveRarity(['issue', 'cerb', 'nowhere'], best, documents.length);
  for (const term of ['issue', 'cerb'])
    assert.ok(
      Math.abs((idf.get(term) ?? 0) - toIdf(frequency(term), documents.length)) < 0.05,
      `${term} ${idf.get(term)} ${toIdf(frequency(term), documents.length)}`,
    );
  assert.equal(idf.has('nowhere'), false);
});

test('given terms that always stand together, fewer passages than terms, or none, when solved, then it ends', () => {
  const pair = [{ passage: { terms: 'a b' }, score: 2 }];
  for (const candidates of [
    pair,
    [],
    Array.from({ length: 60 }, () => pair[0] ?? { passage: { terms: '' }, score: 0 }),
  ]) {
    const { idf } = solveRarity(['a', 'b', 'c'], candidates, 100);
    for (const value of idf.values()) assert.ok(Number.isFinite(value) && value >= 0, `${value}`);
  }
  const many = Array.from({ length: 200 }, (_, i) => `t${i}`);
  assert.equal(solveRarity(many, [{ passage: { terms: 't5' }, score: 1 }], 10).idf.has('t5'), true);
});

test('given all passages with a word, when rarity is counted, then the rest of the index counts too', () => {
  const { idf } = countRarity(
    ['bee'],
    [{ passage: { terms: 'bee bee flies' } }, { passage: { terms: 'bee' } }],
    50,
  );
  assert.equal(idf.get('bee'), toIdf(2, 50));
});
