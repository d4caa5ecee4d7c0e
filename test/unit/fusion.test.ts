import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import type { Passage } from '../../server/src/core/domain/passage.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';
import { isAnswerable, isLowConfidence } from '../../server/src/core/ranking/answerability.ts';
import type { ScoredPassage } from '../../server/src/core/ranking/bm25-rescore.ts';
import { toPassageId } from '../../server/src/core/ranking/build-passages.ts';
import {
  chooseSpan,
  combineMatches,
  fuseResults,
  type ImageMatch,
  toPassageIds,
  type VectorMatch,
} from '../../server/src/core/ranking/fusion.ts';
import { mergeOverlapping } from '../../server/src/core/ranking/merge-overlapping.ts';

const question = analyseQuestion('red house', ['en']);

function line(kind: Line['kind'], startMs: number, text = 'text'): Line {
  return { kind, text, startMs, endMs: startMs + 4_000, source: 's' };
}

function passage(startMs: number, lines: readonly Line[] = [line('speech', startMs + 1_000)]): Passage {
  const range = { startMs, endMs: startMs + 60_000 };
  return { id: toPassageId('v', '', startMs), videoId: 'v', uri: '', ...range, terms: '', lines };
}

function near(startMs: number, strength: number, more: Partial<VectorMatch> = {}): VectorMatch {
  const endMs = startMs + 10_000;
  return {
    videoId: 'v',
    uri: '',
    kind: 'speech',
    startMs,
    endMs,
    strength,
    answerable: strength >= 0.5,
    ...more,
  };
}

const worded = (startMs: number, score: number, share = 1): ScoredPassage => ({
  passage: passage(startMs),
  score,
  termCoverage: share,
  hasTermPair: share === 1,
  answerOdds: share,
});

const look = (startMs: number, strength: number): ImageMatch => ({
  ...near(startMs, strength, { kind: 'frame', answerable: false }),
  line: line('frame', startMs),
});

const locate = (hit: ScoredPassage) =>
  chooseSpan(hit, { startMs: 0, endMs: 5_000, evidence: hit.passage.lines }, false);
const shown = (hits: readonly ScoredPassage[]) =>
  hits.map(({ passage: { startMs }, score }) => `${startMs / 1_000}: ${score.toFixed(2)}`);

test('given a chunk, when passages are searched, then both windows around its middle are named, the nearer first', () => {
  const ids = (startMs: number, endMs: number) =>
    toPassageIds({ videoId: 'v', uri: '', startMs, endMs }).map((id) => id.slice(2));
  assert.deepEqual(ids(0, 10_000), ['0']);
  assert.deepEqual(ids(31_000, 35_000), ['0', '30000']);
  assert.deepEqual(ids(50_000, 60_000), ['30000', '0']);
  const [own = ''] = toPassageIds({ videoId: 'v', uri: 'file:///a', startMs: 0, endMs: 1 });
  assert.notEqual(own, 'v.0');
});

test('given matches in a passage, when combined, then the strongest counts, and a little more if another kind agrees', () => {
  const both = passage(0, [line('speech', 1_000, 'said'), line('caption', 0, 'seen')]);
  const speech = combineMatches(both, [near(0, 0.4)]);
  assert.deepEqual([speech?.strength, speech?.answerable], [0.4, false]);
  assert.deepEqual(
    speech?.span.evidence.map(({ text }) => text),
    ['said'],
  );
  assert.equal(combineMatches(both, [near(0, 0.4), near(0, 0.3)])?.strength, 0.4);
  const two = combineMatches(both, [near(0, 0.4), near(0, 0.6, { kind: 'caption' })]);
  assert.ok(two && Math.abs(two.strength - 0.7) < 1e-9 && two.answerable);
  assert.deepEqual(
    two.span.evidence.map(({ text }) => text),
    ['seen'],
  );
  assert.equal(
    combineMatches(both, [near(0, 0.9, { kind: 'screenText' })]),
    undefined,
    'no line of it is left',
  );
  const long = combineMatches(both, [near(0, 0.4, { endMs: 50_000 })]);
  assert.deepEqual([long?.span.startMs, long?.span.endMs], [0, 30_000]);
});

test('given matches by words and by meaning, when fused, then words count by coverage and meaning is added', () => {
  const found = passage(300_000);
  const semanticMatch = {
    strength: 0.9,
    answerable: true,
    span: { startMs: 300_000, endMs: 304_000, evidence: found.lines },
  };
  const meanings = [{ passage: found, semanticMatch }];
  assert.deepEqual(shown(fuseResults(question, [worded(0, 20), worded(120_000, 10)], meanings, [], locate)), [
    '0: 1.00',
    '300: 0.72',
    '120: 0.50',
  ]);
  assert.deepEqual(shown(fuseResults(question, [worded(0, 20, 0.3)], meanings, [], locate)), [
    '300: 0.72',
    '0: 0.20',
  ]);
  const same = [{ passage: passage(0), semanticMatch }];
  assert.deepEqual(shown(fuseResults(question, [worded(0, 20)], same, [], locate)), ['0: 1.72']);
  assert.deepEqual(fuseResults(question, [], [], [], locate), []);
});

test('given an image match, when fused, then it adds to the hit at its time or is a hit of its own', () => {
  const looks = [look(2_000, 0.5), look(40_000, 1)].map((one) => ({ look: one, beside: [] }));
  const hits = fuseResults(question, [worded(0, 20)], [], looks, locate);
  assert.deepEqual(shown(hits), ['0: 1.30', '40: 0.60', '2: 0.30']);
  const places = mergeOverlapping(hits, 10, (hit) =>
    hit.exact ? chooseSpan(hit, undefined, true) : locate(hit),
  );
  assert.deepEqual(
    places.map(({ startMs, evidence }) => [startMs, evidence.map(({ kind }) => kind)]),
    [
      [0, ['speech', 'frame']],
      [40_000, ['frame']],
    ],
  );
});

test('given a match by meaning, then it can be confident and answerable; given images only, then it cannot', () => {
  const hit = (strength: number, answerable: boolean) => ({
    termCoverage: 0,
    hasTermPair: false,
    answerOdds: -1,
    semanticMatch: { strength, answerable: answerable, span: { startMs: 0, endMs: 1, evidence: [] } },
  });
  assert.equal(isLowConfidence(hit(0.6, true)), false);
  assert.equal(isLowConfidence(hit(0.9, false)), true);
  assert.equal(isAnswerable([hit(0.6, true)]), true);
  assert.equal(isAnswerable([hit(0.9, false), hit(0.6, true)]), false, 'the best one must be answerable');
  assert.equal(isAnswerable([]), false);
});
