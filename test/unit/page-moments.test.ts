import assert from 'node:assert/strict';
import test from 'node:test';
import { arrangeMoments, boxesAt, countKinds, groupMoments } from '../../client/page/moments.ts';
import type { Citation } from '../../server/protocol/ask.ts';
import type { Hit, HitLine } from '../../server/protocol/search.ts';

const TALK = 'file:///v/talk.mp4';
const WALK = 'file:///v/walk.mp4';

const line = (
  kind: HitLine['kind'],
  startMs: number,
  text: string,
  more: Partial<HitLine> = {},
): HitLine => ({
  kind,
  startMs,
  endMs: startMs + 4000,
  text,
  source: 'test',
  ...more,
});

const hit = (uri: string, evidence: readonly HitLine[], weak = false): Hit => ({
  clipId: `${uri} clip`,
  videoId: uri,
  uri,
  path: uri.slice('file://'.length),
  clip: { startMs: 0, endMs: 60_000 },
  startMs: Math.min(...evidence.map(({ startMs }) => startMs)),
  endMs: Math.max(...evidence.map(({ endMs }) => endMs)),
  score: 0.5,
  weak,
  link: uri,
  evidence: [...evidence],
});

const citation = (n: number, uri: string, startMs: number, quote: string): Citation => ({
  n,
  clipId: '',
  uri,
  startMs,
  endMs: startMs + 4000,
  link: '',
  quote,
});

test('given hits of two videos, when they are grouped, then each line has its own second, in time order, once', () => {
  const snail = line('speech', 8000, 'A snail.');
  const moments = groupMoments([
    hit(TALK, [line('speech', 20_000, 'The heater.', { seekMs: 21_500 }), snail]),
    hit(WALK, [line('caption', 1000, 'A tree.')], true),
    hit(TALK, [snail, line('screenText', 9000, 'Snails')]),
  ]);
  assert.deepEqual(
    moments.map(({ name, weak, lines }) => [name, weak, lines.map(({ seekMs, kind }) => [seekMs, kind])]),
    [
      [
        'talk.mp4',
        false,
        [
          [8000, 'said'],
          [9000, 'screen'],
          [21_500, 'said'],
        ],
      ],
      ['walk.mp4', true, [[1000, 'seen']]],
    ],
  );
});

test('given titles and measurements, when other lines matched too, then only those are shown', () => {
  const title = line('title', 0, 'talk');
  const facts = line('facts', 0, 'dark');
  const kinds = (evidence: readonly HitLine[]) =>
    groupMoments([hit(TALK, evidence)]).flatMap(({ lines }) => lines.map(({ kind }) => kind));
  assert.deepEqual(kinds([title, facts, line('speech', 1000, 'words')]), ['said']);
  assert.deepEqual(kinds([title, facts]), ['named']);
  assert.deepEqual(kinds([facts]), ['technical']);
});

test('given citations, when they are put on lines, then the quoted line gets the number, not its neighbour', () => {
  const [moments] = groupMoments(
    [hit(TALK, [line('speech', 1000, 'The first thing.'), line('speech', 3000, 'The second thing.')])],
    [citation(1, TALK, 1000, '“The second thing.”'), citation(2, TALK, 1000, 'The first thing.')],
  );
  assert.deepEqual(
    moments?.lines.map(({ text, citations }) => [text, citations]),
    [
      ['The first thing.', [2]],
      ['The second thing.', [1]],
    ],
  );
  assert.equal(moments?.bestMs, 1000);
});

test('given an answer from the history, when it has no hits, then its citations are the moments', () => {
  const moments = groupMoments([], [citation(1, TALK, 5000, 'kept')]);
  assert.deepEqual(
    moments.map(({ name, lines }) => [name, lines.map(({ text, citations }) => [text, citations])]),
    [['talk.mp4', [['kept', [1]]]]],
  );
});

test('given a picture as the query, when lines are ranked, then the best is first whatever its second', () => {
  const [moments] = groupMoments(
    [hit(TALK, [line('frame', 15_000, '')]), hit(TALK, [line('frame', 5000, '')])],
    [],
    true,
  );
  assert.deepEqual(
    moments?.lines.map(({ startMs }) => startMs),
    [15_000, 5000],
  );
});

test('given a kind and an order, when moments are arranged, then other lines and empty videos are left out', () => {
  const all = groupMoments([
    hit(TALK, [line('speech', 1000, 'a'), line('tag', 2000, 'b')]),
    hit(WALK, [line('speech', 1000, 'c')]),
  ]);
  assert.deepEqual(countKinds(all), { all: 3, said: 2, screen: 0, seen: 0, tagged: 1 });
  const recorded = (uri: string) => (uri === TALK ? '2020' : '2024');
  const names = (...args: [Parameters<typeof arrangeMoments>[1], Parameters<typeof arrangeMoments>[2]]) =>
    arrangeMoments(all, ...args, recorded).map(({ name }) => name);
  assert.deepEqual(names('tagged', 'best'), ['talk.mp4']);
  assert.deepEqual(names('all', 'newest'), ['walk.mp4', 'talk.mp4']);
  assert.deepEqual(names('all', 'time'), ['talk.mp4', 'walk.mp4']);
});

test('given text on screen with its place, when its picture is shown, then the text of that second is framed', () => {
  const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.05, aspect: 1.5 };
  const [moments] = groupMoments([
    hit(TALK, [
      line('screenText', 8000, 'Snails', { box }),
      line('screenText', 30_000, 'Whales', { box: { ...box, top: 0.8 } }),
      line('speech', 9000, 'A snail.'),
    ]),
  ]);
  assert.ok(moments);
  assert.deepEqual(boxesAt(moments.lines, 8000), [box]);
  assert.deepEqual(boxesAt(moments.lines, 15_000), []);
});
