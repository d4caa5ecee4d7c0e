import assert from 'node:assert/strict';
import test from 'node:test';
import { analyse } from '../../server/src/core/language/tokenizer.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';
import { isAnswerable, isLowConfidence } from '../../server/src/core/ranking/answerability.ts';
import { measurePassages, type RescoreCandidate } from '../../server/src/core/ranking/bm25-rescore.ts';
import { digestPassage } from '../../server/src/core/ranking/passage-digest.ts';
import { scorePassages } from '../../server/src/core/ranking/score-passages.ts';
import { countRarity } from '../../server/src/core/ranking/term-rarity.ts';

function strong(text: string, languages: readonly string[]): string[] {
  const { strong, concepts } = analyseQuestion(text, languages);
  return strong.map((id) => concepts[id]?.plain ?? '');
}

test('given a question, when analysed, then stop words are dropped and question words count only if alone', () => {
  assert.deepEqual(strong('What did they say about the budget?', ['en']), ['budget']);
  assert.deepEqual(strong('What did they discuss in the meeting?', ['en']), ['discuss', 'meeting']);
  assert.deepEqual(strong('How long does it take to soak them?', ['en']), ['soak']);
  assert.deepEqual(strong('the of and', ['en']), []);
  assert.deepEqual(strong('', ['en']), []);
});

test('given the languages of the index, when a question is analysed, then its language is one of them', () => {
  assert.equal(analyseQuestion('Was kostet die Kamera?', ['en', 'de']).language, 'de');
  assert.equal(analyseQuestion('where was the camera', ['de', 'en']).language, 'en');
  assert.equal(analyseQuestion('机器学习是什么', ['en']).language, 'zh');
  assert.equal(analyseQuestion('Kamera', []).language, 'en');
});

test('given several languages, when a word is analysed, then it has a term of each', () => {
  const terms = (text: string, languages: readonly string[]) =>
    analyseQuestion(text, languages).concepts.flatMap((concept) => concept.terms);
  assert.deepEqual(terms('houses', ['en']), ['hous']);
  assert.deepEqual(terms('Häuser', ['en', 'de']).sort(), ['haus', 'hauser']);
});

function found(startMs: number, text: string, score: number): RescoreCandidate {
  const lines = [
    { kind: 'speech', text, startMs, endMs: startMs + 5_000, source: '', language: 'en' },
  ] as const;
  const passage = {
    id: `${startMs}`,
    videoId: 'v',
    uri: '',
    startMs,
    endMs: startMs + 60_000,
    terms: analyse(text),
    lines,
  };
  return { passage, digest: digestPassage(passage), score, videoScore: 0, titleTerms: new Set(), videoMs: 0 };
}

function rescore(text: string, candidates: readonly RescoreCandidate[]) {
  const question = analyseQuestion(text, ['en']);
  const rarity = countRarity(question.terms.split(' '), candidates, candidates.length);
  const result = measurePassages(question, candidates, rarity);
  return { question, hits: scorePassages(result), absent: result.absent };
}

test('given passages, when rescored, then adjacent words rank above scattered ones', () => {
  const { hits } = rescore('cold butter', [
    found(0, 'butter is what makes a cold kitchen', 2),
    found(30_000, 'then the cold butter goes in slowly', 2),
    found(60_000, 'the wind was blowing all day long', 0),
  ]);
  assert.deepEqual(
    hits.map(({ passage, hasTermPair, termCoverage }) => [passage.startMs, hasTermPair, termCoverage]),
    [
      [30_000, true, 1],
      [0, false, 1],
      [60_000, false, 0],
    ],
  );
});

test('given a word that no passage has, when rescored, then it lowers coverage most', () => {
  const { question, hits, absent } = rescore('butter volcano', [
    found(0, 'butter', 1),
    found(30_000, 'butter', 1),
    found(60_000, 'x', 0),
  ]);
  assert.ok((hits[0]?.termCoverage ?? 1) < 0.3);
  assert.deepEqual(
    absent.map((id) => question.concepts[id]?.plain),
    ['volcano'],
  );
});

test('given coverage and adjacent words, then a hit is confident or not', () => {
  assert.equal(isLowConfidence({ termCoverage: 0.6, hasTermPair: false }), true);
  assert.equal(isLowConfidence({ termCoverage: 0.6, hasTermPair: true }), false);
  assert.equal(isLowConfidence({ termCoverage: 0.1, hasTermPair: true }), true);
});

test('given odds of hits, then the best hit alone decides whether there is an answer', () => {
  assert.equal(isAnswerable([{ answerOdds: 0.1 }, { answerOdds: -3 }]), true);
  assert.equal(isAnswerable([{ answerOdds: -0.1 }, { answerOdds: 3 }]), false);
  assert.equal(isAnswerable([]), false);
});

test('given a word of questions in another form, when a question is analysed, then it is weak', () => {
  const strongWords = (question: string) => {
    const { concepts } = analyseQuestion(question, ['en', 'de']);
    return concepts.filter(({ weak }) => !weak).map(({ plain }) => plain);
  };
  assert.deepEqual(strongWords('Where does Marcus say, and who talks, asks or mentions, a budget?'), [
    'marcus',
    'budget',
  ]);
  assert.deepEqual(strongWords('Who is looking at the meetings about budgets?'), ['budgets']);
});
