import assert from 'node:assert/strict';
import test from 'node:test';
import { answers, isWeak } from '../../server/src/core/abstain.ts';
import type { Line } from '../../server/src/core/description.ts';
import { fuse, type Look, meaningOf, type Near, placeIn, windowsOf } from '../../server/src/core/fuse.ts';
import type { Passage } from '../../server/src/core/passage.ts';
import { passageId } from '../../server/src/core/passages.ts';
import { analyseQuestion } from '../../server/src/core/question.ts';
import type { Scored } from '../../server/src/core/rescore.ts';
import { spread } from '../../server/src/core/spread.ts';

const question = analyseQuestion('red house', ['en']);

function line(kind: Line['kind'], startMs: number, text = 'text'): Line {
  return { kind, text, startMs, endMs: startMs + 4_000, source: 's' };
}

function passage(startMs: number, lines: readonly Line[] = [line('speech', startMs + 1_000)]): Passage {
  const range = { startMs, endMs: startMs + 60_000 };
  return { id: passageId('v', '', startMs), videoId: 'v', uri: '', ...range, terms: '', lines };
}

function near(startMs: number, strength: number, more: Partial<Near> = {}): Near {
  const endMs = startMs + 10_000;
  return { videoId: 'v', uri: '', kind: 'speech', startMs, endMs, strength, sure: strength >= 0.5, ...more };
}

const worded = (startMs: number, score: number, share = 1): Scored => ({
  passage: passage(startMs),
  score,
  share,
  pair: share === 1,
});

const look = (startMs: number, strength: number): Look => ({
  ...near(startMs, strength, { kind: 'frame', sure: false }),
  line: line('frame', startMs),
});

const locate = (hit: Scored) =>
  placeIn(hit, { startMs: 0, endMs: 5_000, evidence: hit.passage.lines }, false);
const shown = (hits: readonly Scored[]) =>
  hits.map(({ passage: { startMs }, score }) => `${startMs / 1_000}: ${score.toFixed(2)}`);

test('a piece is looked for in both windows that hold its middle, the better placed first', () => {
  const ids = (startMs: number, endMs: number) =>
    windowsOf({ videoId: 'v', uri: '', startMs, endMs }).map((id) => id.slice(2));
  assert.deepEqual(ids(0, 10_000), ['0']);
  assert.deepEqual(ids(31_000, 35_000), ['0', '30000']);
  assert.deepEqual(ids(50_000, 60_000), ['30000', '0']);
  const [own = ''] = windowsOf({ videoId: 'v', uri: 'file:///a', startMs: 0, endMs: 1 });
  assert.notEqual(own, 'v.0');
});

test('what a passage means is its strongest piece, and a little more where another kind agrees', () => {
  const both = passage(0, [line('speech', 1_000, 'said'), line('caption', 0, 'seen')]);
  const speech = meaningOf(both, [near(0, 0.4)]);
  assert.deepEqual([speech?.strength, speech?.sure], [0.4, false]);
  assert.deepEqual(
    speech?.moment.evidence.map(({ text }) => text),
    ['said'],
  );
  assert.equal(meaningOf(both, [near(0, 0.4), near(0, 0.3)])?.strength, 0.4);
  const two = meaningOf(both, [near(0, 0.4), near(0, 0.6, { kind: 'caption' })]);
  assert.ok(two && Math.abs(two.strength - 0.7) < 1e-9 && two.sure);
  assert.deepEqual(
    two.moment.evidence.map(({ text }) => text),
    ['seen'],
  );
  assert.equal(meaningOf(both, [near(0, 0.9, { kind: 'screenText' })]), undefined, 'no line of it is left');
  const long = meaningOf(both, [near(0, 0.4, { endMs: 50_000 })]);
  assert.deepEqual([long?.moment.startMs, long?.moment.endMs], [0, 30_000]);
});

test('words count by how much of the question they hold, meanings and looks are added', () => {
  const found = passage(300_000);
  const meaning = {
    strength: 0.9,
    sure: true,
    moment: { startMs: 300_000, endMs: 304_000, evidence: found.lines },
  };
  const meanings = [{ passage: found, meaning }];
  assert.deepEqual(shown(fuse(question, [worded(0, 20), worded(120_000, 10)], meanings, [], locate)), [
    '0: 1.00',
    '300: 0.72',
    '120: 0.50',
  ]);
  assert.deepEqual(shown(fuse(question, [worded(0, 20, 0.3)], meanings, [], locate)), [
    '300: 0.72',
    '0: 0.20',
  ]);
  const same = [{ passage: passage(0), meaning }];
  assert.deepEqual(shown(fuse(question, [worded(0, 20)], same, [], locate)), ['0: 1.72']);
  assert.deepEqual(fuse(question, [], [], [], locate), []);
});

test('a look adds to the hit whose moment it lies in, and is a place of its own elsewhere', () => {
  const looks = [look(2_000, 0.5), look(40_000, 1)].map((one) => ({ look: one, beside: [] }));
  const hits = fuse(question, [worded(0, 20)], [], looks, locate);
  assert.deepEqual(shown(hits), ['0: 1.30', '40: 0.60', '2: 0.30']);
  const places = spread(hits, 10, (hit) => (hit.exact ? placeIn(hit, undefined, true) : locate(hit)));
  assert.deepEqual(
    places.map(({ startMs, evidence }) => [startMs, evidence.map(({ kind }) => kind)]),
    [
      [0, ['speech', 'frame']],
      [40_000, ['frame']],
    ],
  );
});

test('what is sure by its meaning is not weak and answers; looks alone never do', () => {
  const hit = (strength: number, sure: boolean) => ({
    share: 0,
    pair: false,
    meaning: { strength, sure, moment: { startMs: 0, endMs: 1, evidence: [] } },
  });
  assert.equal(isWeak(hit(0.6, true)), false);
  assert.equal(isWeak(hit(0.9, false)), true);
  assert.equal(answers([hit(0.6, true)]), true);
  assert.equal(answers([hit(0.9, false), hit(0.6, true)]), false, 'the best one must be sure');
  assert.equal(answers([]), false);
});
