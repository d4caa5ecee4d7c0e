import assert from 'node:assert/strict';
import test from 'node:test';
import { layOutGrid, stepInGrid, videosBetween } from '../../client/page/grid-layout.ts';
import { arrangeLibrary } from '../../client/page/library-groups.ts';
import { labels } from '../../client/page/scrubber-labels.ts';
import type { LibraryState } from '../../client/page/state.ts';
import { splitVideoNames, videosNamedIn } from '../../client/page/video-names.ts';
import type { VideoItem } from '../../server/protocol/videos.ts';

const LIBRARY: LibraryState = { filter: '', group: 'month', order: 'newest', only: 'all', selected: [] };

const video = (name: string, recorded: string): VideoItem => ({
  videoId: name,
  uri: `file:///v/${name}`,
  path: `/v/${name}`,
  state: 'done',
  failures: [],
  durationMs: 60_000,
  bytes: 1,
  recorded,
});

/** Five videos of November and two of May. */
const VIDEOS = [
  ...[1, 2, 3, 4, 5].map((day) => video(`nov ${day}.mp4`, `2026-11-1${9 - day}T10:00:00Z`)),
  video('may 1.mp4', '2026-05-12T10:00:00Z'),
  video('may 2.mp4', '2026-05-11T10:00:00Z'),
];
/** Room for three cards of 200 px with gaps of 16 px. */
const WIDTH_PX = 640;

const arranged = () => arrangeLibrary(VIDEOS, [], LIBRARY);
const names = (videos: readonly VideoItem[] = []) => videos.map(({ videoId }) => videoId.replace('.mp4', ''));

test('given a library, when it is arranged twice, then the same object is returned until something changes', () => {
  const folders: readonly never[] = [];
  const first = arrangeLibrary(VIDEOS, folders, LIBRARY);
  assert.equal(arrangeLibrary(VIDEOS, folders, { ...LIBRARY, selected: ['file:///v/nov 1.mp4'] }), first);
  assert.notEqual(arrangeLibrary(VIDEOS, folders, { ...LIBRARY, filter: 'may' }), first);
  assert.equal(first.shown.length, 7);
});

test('given groups, when the grid is laid out, then each begins with its title and the last row may be short', () => {
  const { columns, rows, starts } = layOutGrid(arranged().groups, WIDTH_PX);
  assert.equal(columns, 3);
  assert.deepEqual(
    rows.map(({ videos }) => names(videos)),
    [[], ['nov 1', 'nov 2', 'nov 3'], ['nov 4', 'nov 5'], [], ['may 1', 'may 2']],
  );
  assert.equal(starts[0], 0);
  assert.ok((starts[1] ?? 0) > 0.5 && (starts[1] ?? 1) < 0.7);
});

test('given the focus in the grid, when it moves, then titles are passed over and short rows end at their last', () => {
  const { rows } = layOutGrid(arranged().groups, WIDTH_PX);
  const from = (name: string, step: Parameters<typeof stepInGrid>[2]) =>
    stepInGrid(rows, `file:///v/${name}.mp4`, step)?.video.videoId.replace('.mp4', '');
  assert.equal(from('nov 1', 'right'), 'nov 2');
  assert.equal(from('nov 3', 'right'), 'nov 4');
  assert.equal(from('nov 4', 'left'), 'nov 3');
  assert.equal(from('nov 3', 'down'), 'nov 5');
  assert.equal(from('nov 5', 'down'), 'may 2');
  assert.equal(from('may 1', 'up'), 'nov 4');
  assert.equal(from('nov 2', 'up'), undefined);
  assert.equal(from('may 2', 'right'), undefined);
  assert.equal(from('unknown', 'down'), undefined);
});

test('given two videos, when a range is selected, then all between them are in it, in both directions', () => {
  const { shown } = arranged();
  const between = (from: string | undefined, to: string) =>
    names(videosBetween(shown, from && `file:///v/${from}.mp4`, `file:///v/${to}.mp4`));
  assert.deepEqual(between('nov 4', 'may 1'), ['nov 4', 'nov 5', 'may 1']);
  assert.deepEqual(between('may 1', 'nov 4'), ['nov 4', 'nov 5', 'may 1']);
  assert.deepEqual(between(undefined, 'may 1'), []);
});

test('given many months, when the scrubber is low, then years have labels before months and none overlap', () => {
  const groups = Array.from({ length: 36 }, (_, at) => ({
    short: `m${at}`,
    year: String(2026 - Math.floor(at / 12)),
  }));
  const starts = groups.map((_, at) => at / groups.length);
  const low = labels(groups, starts, 100);
  assert.deepEqual(
    low.filter(({ isYear }) => isYear).map(({ text }) => text),
    ['2026', '2025', '2024'],
  );
  const shares = labels(groups, starts, 400)
    .map(({ share }) => share * 400)
    .toSorted((a, b) => a - b);
  assert.ok(shares.length > 10);
  assert.ok(shares.every((share, at) => at === 0 || share - (shares[at - 1] ?? 0) >= 18));
});

test('given an answer, when it names videos, then names are found whole and plain words are not', () => {
  const videos = [
    { uri: 'file:///v/talk.mp4', path: '/v/talk.mp4' },
    { uri: 'file:///v/talk%202.mp4', path: '/v/talk 2.mp4' },
    { uri: 'file:///v/aquarium.webm', path: 'C:\\v\\aquarium.webm' },
    { uri: 'file:///v/cat.mp4', path: '/v/cat.mp4' },
  ];
  const split = (text: string) =>
    splitVideoNames(text, videosNamedIn(text, videos)).map(({ text: piece, uri }) =>
      uri === undefined ? piece : [piece, uri.split('/').at(-1)],
    );
  assert.deepEqual(split('See talk 2.mp4, then talk.mp4.'), [
    'See ',
    ['talk 2.mp4', 'talk%202.mp4'],
    ', then ',
    ['talk.mp4', 'talk.mp4'],
    '.',
  ]);
  assert.deepEqual(split('“aquarium” has sound and no transcript.'), [
    '“',
    ['aquarium', 'aquarium.webm'],
    '” has sound and no transcript.',
  ]);
  assert.deepEqual(split('The aquarium and the cat in smalltalk.mp4x'), [
    'The aquarium and the cat in smalltalk.mp4x',
  ]);
});
