import assert from 'node:assert/strict';
import test from 'node:test';
import { selectQuotes } from '../../server/src/answering/select-quote.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';
import type { HitPlace } from '../../server/src/core/ranking/merge-overlapping.ts';
import type { RankedPlace } from '../../server/src/search/build-hits.ts';

const uri = 'file:///bread.mp4';
const said = (startMs: number, text: string): Line => ({
  kind: 'speech',
  text,
  startMs,
  endMs: startMs + 4000,
  source: 'srt',
  language: 'en',
});

function place(line: Line, score: number, found: Partial<HitPlace>): RankedPlace {
  const { startMs, endMs } = line;
  const window = {
    id: `${startMs}`,
    videoId: 'v',
    uri: '',
    startMs,
    endMs,
    terms: '',
    lines: [line],
  } as const;
  const range = { startMs, endMs, evidence: [line] };
  const hit = {
    ...range,
    clipId: 'c',
    videoId: 'v',
    uri,
    path: '/bread.mp4',
    clip: { startMs, endMs },
    score,
    weak: false,
    link: uri,
  };
  return {
    hit,
    place: {
      ...range,
      videoId: 'v',
      uri: '',
      score,
      termCoverage: 0,
      hasTermPair: false,
      answerOdds: 0,
      window,
      ...found,
    },
  };
}

const kneading = said(13_000, 'First we knead the dough for ten minutes.');
const resting = said(60_000, 'The baking stone must be inside from the start.');
const byWords = (score: number) => place(kneading, score, { termCoverage: 1, hasTermPair: true });
const byMeaning = (score: number) =>
  place(resting, score, {
    semanticMatch: {
      strength: 0.6,
      answerable: true,
      span: { startMs: resting.startMs, endMs: resting.endMs, evidence: [resting] },
    },
  });
const question = analyseQuestion('How long do we knead the dough?', ['en']);
const quoted = (places: readonly RankedPlace[]) =>
  selectQuotes(question, places).map(({ sentences }) => sentences.map(({ text }) => text).join(' '));

test('given the best place by words and another by meaning, when quoted, then the words come first', () => {
  assert.equal(quoted([byWords(0.9), byMeaning(0.8)])[0], kneading.text);
});

test('given the best place by meaning, when quoted, then it comes first', () => {
  assert.equal(quoted([byMeaning(0.9), byWords(0.3)])[0], resting.text);
});

test('given places by meaning only, when quoted, then the best one is', () => {
  assert.equal(quoted([byMeaning(0.9)])[0], resting.text);
});

test('given a place by meaning with a sentence that holds words of the question, when quoted, then the quote begins there', () => {
  const lines = [
    said(61_000, 'If the separator melts, the cell can catch fire.'),
    said(66_000, 'A manufacturer recalled two million phones.'),
    said(71_000, 'Solid-state batteries replace the liquid with a ceramic.'),
    said(76_000, 'They are safer, but they cost four times as much.'),
  ];
  const [first] = lines;
  assert.ok(first);
  const span = { startMs: 61_000, endMs: 80_000, evidence: lines };
  const ranked = place(first, 0.9, { semanticMatch: { strength: 0.6, answerable: true, span } });
  const quotes = selectQuotes(analyseQuestion('Are solid-state batteries safer than others?', ['en']), [
    ranked,
  ]);
  assert.deepEqual(
    quotes.flatMap(({ sentences }) => sentences.map(({ text }) => text)),
    [lines[2]?.text, lines[3]?.text],
  );
});
