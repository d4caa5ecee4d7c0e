import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClockJump, MediaProbe, StreamInfo } from '../../server/src/core/domain/video.ts';

import { planPlayback } from '../../server/src/core/media/playback-plan.ts';
import {
  findNamedTracks,
  listSoundTracks,
  parseReadingKey,
  parseTrackRule,
  toReadingKey,
} from '../../server/src/core/media/track-selection.ts';
import { toMediaHints } from '../../server/src/indexing/media-hints.ts';
import { describeTracks, withTracksInUse } from '../../server/src/library/describe-tracks.ts';

const stream = (index: number, kind: StreamInfo['kind'], preference?: number): StreamInfo => ({
  index,
  kind,
  codec: kind === 'video' ? 'h264' : 'aac',
  ...(kind === 'audio' ? { channels: 2 } : {}),
  ...(preference === undefined ? {} : { preference }),
  ...(preference === 0 ? { chosen: true } : {}),
});
/** Two cameras, then three sounds of which players prefer the middle one. */
const probe: MediaProbe = {
  container: 'mp4',
  durationMs: 1000,
  chapters: [],
  streams: [
    stream(0, 'video', 0),
    stream(1, 'video', 1),
    stream(2, 'audio', 1),
    stream(3, 'audio', 0),
    stream(4, 'subtitle'),
    stream(6, 'audio', 2),
  ],
};
const copies = [{ path: '/films/Team, 2026/talk=1.mkv' }, { path: 'D:\\films\\other.mkv' }];

test('given entries of media.tracks, when parsed, then path and track numbers come out, and anything else is refused', () => {
  assert.deepEqual(parseTrackRule('talk.mkv=audio:2'), { path: 'talk.mkv', audio: 2 });
  assert.deepEqual(parseTrackRule('/a=b/talk.mkv=video:2+audio:1'), {
    path: '/a=b/talk.mkv',
    video: 2,
    audio: 1,
  });
  for (const text of [
    '',
    'talk.mkv',
    '=audio:2',
    'talk.mkv=audio:0',
    'talk.mkv=audio:-1',
    'talk.mkv=sound:1',
  ])
    assert.equal(parseTrackRule(text), undefined, text);
});

test('given an entry, when it is the end of the path of a copy, then its tracks are found by number', () => {
  const find = (...rules: readonly string[]) => findNamedTracks(probe, copies, rules);
  assert.deepEqual(find('talk=1.mkv=audio:3+video:2'), { video: 1, audio: 6 });
  assert.deepEqual(find('x.mkv=audio:1', '/films/Team, 2026/talk=1.mkv=audio:1'), {
    video: undefined,
    audio: 2,
  });
  assert.deepEqual(find('other.mkv=audio:1'), { video: undefined, audio: 2 });
  assert.deepEqual(find('k=1.mkv=audio:1', 'talk=1.mkv=audio:1x', 'talk=1.mkv=audio:9'), {
    video: undefined,
    audio: undefined,
  });
});

test('given named tracks or several clocks, when a recipe says so, then the tracks can be read back', () => {
  const keyOf = (
    rules: readonly string[],
    kinds: readonly ('video' | 'audio')[],
    jumps?: readonly ClockJump[],
  ) => toReadingKey({ ...probe, clockJumps: jumps }, copies, rules, kinds);
  const rules = ['other.mkv=video:2+audio:3'];
  assert.equal(keyOf([], ['video', 'audio']), '');
  assert.equal(keyOf(rules, ['video']), ' video:1');
  const jumps = [{ track: 0, fromByte: 10, offsetMs: 20 }];
  assert.equal(keyOf([], [], jumps), ' clocks');
  for (const clockJumps of [undefined, jumps]) {
    const recipe = `facts 1 30000${keyOf(rules, ['video', 'audio'], clockJumps)}`;
    assert.deepEqual(parseReadingKey(recipe), { video: 1, audio: 6 });
  }
  assert.deepEqual(parseReadingKey('facts 1 30000 clocks'), { video: undefined, audio: undefined });
});

test('given sounds, when they are tried, then a named one is alone, and otherwise players decide', () => {
  assert.deepEqual(listSoundTracks({ probe }, {}), [3, 2, 6]);
  assert.deepEqual(listSoundTracks({ probe, soundTrack: 6 }, {}), [6, 3, 2]);
  assert.deepEqual(listSoundTracks({ probe, soundTrack: 6 }, { audio: 2 }), [2]);
});

test('given a silent preferred track, when the video is described, then the notes say what is read and why', () => {
  const notes = (more: { soundTrack?: number; soundChannel?: number }, named = {}) =>
    describeTracks({ probe, ...more }, named).map(({ chosen, note }) => [chosen === true, note]);
  const plain = [true, false, false, true, false, false].map((chosen) => [chosen, undefined]);
  assert.deepEqual(notes({}), plain);
  assert.deepEqual(notes({ soundTrack: 6 }), [
    ...plain.slice(0, 3),
    [false, 'silent or without a voice'],
    [false, undefined],
    [true, undefined],
  ]);
  assert.deepEqual(notes({ soundChannel: 1 })[3], [
    true,
    'only the right channel: left and right cancel each other out',
  ]);
  assert.deepEqual(notes({ soundTrack: 6 }, { audio: 2, video: 1 }), [
    [false, undefined],
    [true, 'set in media.tracks'],
    [true, 'set in media.tracks'],
    [false, undefined],
    [false, undefined],
    [false, undefined],
  ]);
});

test('given a track in use that players do not prefer, when it is played, then the file is converted', () => {
  const playable = new Set(['mp4', 'h264', 'aac']);
  assert.equal(planPlayback(probe, playable).way, 'original');
  const { tracks = {} } = toMediaHints({ probe, soundTrack: 6 }, copies, []);
  assert.deepEqual(planPlayback(withTracksInUse(probe, tracks), playable), {
    way: 'converted',
    container: 'mp4',
    video: 'copy',
    audio: 'copy',
  });
});
