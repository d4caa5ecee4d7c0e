import assert from 'node:assert/strict';
import test from 'node:test';
import { groupVideos, visibleVideos } from '../../client/page/library-groups.ts';
import type { LibraryState } from '../../client/page/state.ts';
import { parseWebVtt } from '../../client/page/subtitles.ts';
import { mixSuggestions, suggestQuestions } from '../../client/page/suggestions.ts';
import type { Evidence } from '../../server/protocol/search.ts';
import type { VideoItem, VideoResult } from '../../server/protocol/videos.ts';

const LIBRARY: LibraryState = { filter: '', group: 'month', order: 'newest', only: 'all', selected: [] };

const video = (path: string, more: Partial<VideoItem> = {}): VideoItem => ({
  videoId: path,
  uri: `file://${path}`,
  path,
  state: 'done',
  failures: [],
  durationMs: 60_000,
  bytes: 1,
  recorded: '2026-05-12T10:00:00Z',
  ...more,
});

test('given a filter, when videos are listed, then all its words must be in the path and removed ones are left out', () => {
  const videos = [
    video('/v/lectures/Fish 10.mp4', { recorded: '2026-01-01' }),
    video('/v/lectures/fish 9.mp4', { recorded: '2026-02-01', state: 'failed' }),
    video('/v/walk.mp4', { durationMs: 90_000 }),
    video('/v/gone.mp4', { state: 'forgotten' }),
  ];
  const names = (change: Partial<LibraryState>) =>
    visibleVideos(videos, { ...LIBRARY, ...change }).map(({ path }) => path.slice(3));
  assert.deepEqual(names({ filter: 'FISH lect', order: 'name' }), [
    'lectures/fish 9.mp4',
    'lectures/Fish 10.mp4',
  ]);
  assert.deepEqual(names({}), ['walk.mp4', 'lectures/fish 9.mp4', 'lectures/Fish 10.mp4']);
  assert.deepEqual(names({ order: 'longest' })[0], 'walk.mp4');
  assert.deepEqual(names({ only: 'attention' }), ['lectures/fish 9.mp4']);
});

test('given videos of several months and folders, when they are grouped, then titles say which, newest month first', () => {
  const videos = [
    video('/v/a/one.mp4'),
    video('/v/b/two.mp4', { recorded: '2026-11-02' }),
    video('/v/a/three.mp4'),
  ];
  const folder = {
    uri: 'file:///v',
    path: '/v',
    include: [],
    exclude: [],
    poll: false,
    state: 'watching' as const,
    videos: 3,
  };
  assert.deepEqual(
    groupVideos(videos, LIBRARY, [folder]).map(({ key, detail }) => [key, detail]),
    [
      ['2026-11', '1 video, 1:00'],
      ['2026-05', '2 videos, 2:00'],
    ],
  );
  assert.deepEqual(
    groupVideos(videos, { ...LIBRARY, group: 'folder' }, [folder]).map(({ title, videos: members }) => [
      title,
      members.length,
    ]),
    [
      ['v / a', 2],
      ['v / b', 1],
    ],
  );
});

test('given WebVTT, when it is parsed, then notes and settings are not cues', () => {
  const text = [
    'WEBVTT',
    'NOTE written by hand\nand long',
    '1\n00:00:01.000 --> 00:00:02.500 align:start\nFirst\nline',
    '01:00.000 --> 01:02.000\nSecond',
    '00:03.000 --> 00:04.000\n',
  ].join('\n\n');
  assert.deepEqual(parseWebVtt(text.replaceAll('\n', '\r\n')), [
    { startMs: 1000, endMs: 2500, text: 'First\nline' },
    { startMs: 60_000, endMs: 62_000, text: 'Second' },
  ]);
});

const talk = (name: string, lines: readonly (readonly [Evidence['kind'], string])[]): VideoResult => ({
  ...video(`/v/${name}`),
  copies: [],
  title: '',
  streams: [],
  chapters: [],
  clips: [],
  kinds: [],
  corrections: [],
  lines: lines.map(([kind, text], at) => ({
    kind,
    text,
    startMs: at * 1000,
    endMs: at * 1000 + 900,
    source: 's',
  })),
});

test('given what is said and shown, when questions are suggested, then each uses words of the video', () => {
  const questions = suggestQuestions(
    talk('t.mp4', [
      ['speech', 'Hello there. So how long does a goldfish remember? At least three months.'],
      ['speech', 'Why?'],
      ['screenText', 'The lever experiment'],
      ['screenText', 'ana@reef ~$ df -h /var'],
      ['screenText', 'if (a < b) { return; }'],
      ['caption', 'A fish swims.'],
    ]),
  ).map(({ question, ms }) => [question, ms]);
  assert.deepEqual(questions, [
    ['So how long does a goldfish remember?', 0],
    ['Where is “The lever experiment” shown?', 2000],
  ]);
});

test('given suggestions of several videos, when they are mixed, then each video has its turn and none appears twice', () => {
  const of = (...questions: string[]) =>
    questions.map((question) => ({ question, uri: '', ms: 0, kind: 'said' as const, place: '' }));
  const mixed = mixSuggestions([of('a1', 'a2', 'a3'), of('b1'), of('a1', 'c2')], 4);
  assert.deepEqual(
    mixed.map(({ question }) => question),
    ['a1', 'b1', 'a2', 'c2'],
  );
});
