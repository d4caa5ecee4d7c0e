import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';
import { createHitLines } from '../../server/src/core/ranking/line-matches.ts';
import { findStrongestLine } from '../../server/src/core/ranking/strongest-line.ts';

function line(startS: number, endS: number, text: string, more: Partial<Line> = {}): Line {
  return {
    kind: 'speech',
    text,
    startMs: startS * 1000,
    endMs: endS * 1000,
    source: 'a',
    language: 'en',
    ...more,
  };
}

const HIT = { startMs: 30_000, endMs: 50_000 };

/** The marked words of a text, and the second to play. */
function describe(question: string, found: Line, languages = ['en'], hit = HIT) {
  const { matches = [], seekMs = -1 } = createHitLines(analyseQuestion(question, languages))(found, hit);
  return { words: matches.map(({ start, end }) => found.text.slice(start, end)), second: seekMs / 1000 };
}

test('given a short cue, when it matches, then it is played from its start and its words are marked as written', () => {
  assert.deepEqual(
    describe('When are releases planned?', line(35, 39, 'The RELEASE plan, and planning it.')),
    {
      words: ['RELEASE', 'plan', 'planning'],
      second: 35,
    },
  );
});

test('given a cue of a minute, when a word in its second half matches, then it is played a second before that word', () => {
  const text = `${'filler '.repeat(10)}goldfish x`;
  assert.deepEqual(describe('goldfish', line(30, 110, text)), { words: ['goldfish'], second: 30 + 70 - 1 });
});

test('given a long cue that matches by meaning alone, when it is played, then from its start and without marks', () => {
  assert.deepEqual(describe('zebra', line(30, 90, 'Nothing like it.')), { words: [], second: 30 });
});

test('given a slide shown for minutes, when it belongs to a hit, then it is played within the hit', () => {
  const slide = line(0, 300, 'Months, not seconds', { kind: 'screenText' });
  assert.deepEqual(describe('how many months', slide), { words: ['Months'], second: 30 });
  const laterSlide = line(41, 300, 'Months', { kind: 'screenText' });
  assert.deepEqual(describe('months', laterSlide), { words: ['Months'], second: 41 });
});

test('given stop words and words of questions, when others match, then only the others are marked', () => {
  assert.deepEqual(describe('where is the lever', line(31, 33, 'the lever is where it was')).words, [
    'lever',
  ]);
});

test('given accents, possessives, signs and joined names, when they match, then the whole word is marked', () => {
  assert.deepEqual(describe('cafe', line(31, 33, 'Le CAFÉ ouvre', { language: 'fr' }), ['fr']).words, [
    'CAFÉ',
  ]);
  assert.deepEqual(describe('ana', line(31, 33, "That is Ana's.")).words, ["Ana's"]);
  assert.deepEqual(describe('c++ and c#', line(31, 33, 'In C++ or C# code')).words, ['C++', 'C#']);
  assert.deepEqual(describe('express', line(31, 33, 'uses express.js here')).words, ['express.js']);
});

test('given scripts without spaces, when words match, then their characters are marked', () => {
  const chinese = line(31, 33, '我们明天发布新版本', { language: 'zh' });
  assert.deepEqual(describe('发布', chinese, ['zh']).words, ['发布']);
  const japanese = line(31, 33, '金魚は三か月覚えている', { language: 'ja' });
  assert.deepEqual(describe('金魚', japanese, ['ja']).words, ['金魚']);
  const thai = line(31, 33, 'ปลาทองจำได้', { language: 'th' });
  assert.ok(describe('ปลาทอง', thai, ['th']).words.join('').startsWith('ปลา'));
});

test('given a German compound, when its parts stand apart, then both are marked', () => {
  const german = line(31, 33, 'Der Plan für den Haushalt.', { language: 'de' });
  assert.deepEqual(describe('Haushaltsplan', german, ['de']).words, ['Plan', 'Haushalt']);
});

test('given an empty question, when lines are shown, then none is marked', () => {
  assert.deepEqual(describe('', line(31, 33, 'anything')), { words: [], second: 31 });
});

test('given text that looks like a pattern or is very long, when it is searched, then ranges stay inside it', () => {
  const hostile = line(31, 33, `${'a+'.repeat(50_000)} lever`);
  const { matches = [] } = createHitLines(analyseQuestion('lever a', ['en']))(hostile, HIT);
  assert.ok(matches.every(({ start, end }) => start >= 0 && end <= hostile.text.length && start < end));
});

test('given a hit of several lines, when one stands for it, then what is said or shown comes before names', () => {
  const match = { start: 0, end: 1 };
  const named = { ...line(0, 60, 'x x'), kind: 'title' as const, matches: [match, match] };
  const said = { ...line(31, 33, 'x'), matches: [match] };
  const shown = { ...line(34, 36, 'x x'), kind: 'screenText' as const, matches: [match, match] };
  const alike = { ...line(31, 33, 'y'), matches: [] };
  assert.equal(findStrongestLine([named, said]), said);
  assert.equal(findStrongestLine([named, said, shown]), shown);
  assert.equal(findStrongestLine([alike, named]), named);
  assert.equal(findStrongestLine([alike]), alike);
  assert.equal(findStrongestLine([]), undefined);
});
