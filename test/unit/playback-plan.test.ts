import assert from 'node:assert/strict';
import test from 'node:test';
import type { MediaProbe } from '../../server/src/core/domain/video.ts';
import { planPlayback } from '../../server/src/core/media/playback-plan.ts';

const probe = (container: string, video?: string, ...audio: readonly string[]): MediaProbe => ({
  container,
  durationMs: 60_000,
  chapters: [],
  streams: [
    ...(video === undefined ? [] : [{ index: 0, kind: 'video' as const, codec: video }]),
    ...audio.map((codec, at) => ({ index: at + 1, kind: 'audio' as const, codec })),
  ],
});
/** What desktop VS Code plays by its own documentation. */
const editor = 'mp4 webm mkv ogg mp3 wav flac h264 vp8 opus vorbis pcm'.split(' ');
const browser = [...editor, 'vp9', 'av1', 'aac'];

function check(file: MediaProbe, plays: readonly string[], expected: string): void {
  const plan = planPlayback(file, new Set(plays));
  const told = plan.way === 'original' ? 'original' : `${plan.container} ${plan.video} ${plan.audio}`;
  assert.equal(told, expected);
}

test('given a file that the player can play, then it gets the original', () => {
  check(probe('mp4', 'h264', 'aac'), browser, 'original');
  check(probe('mov', 'h264', 'aac'), browser, 'original');
  check(probe('mp4', 'h264', 'mp3'), editor, 'original');
  check(probe('mkv', 'h264', 'opus'), editor, 'original');
  check(probe('webm', 'vp8', 'vorbis'), editor, 'original');
  check(probe('wav', undefined, 'pcm_s24le'), editor, 'original');
  check(probe('mp4', 'h264'), editor, 'original');
  check(probe('mp3', undefined, 'mp3'), editor, 'original');
});

test('given a wrong audio codec only, then the video is copied', () => {
  check(probe('mp4', 'h264', 'aac'), editor, 'mp4 copy mp3');
  check(probe('mkv', 'h264', 'ac3'), browser, 'mp4 copy mp3');
  check(
    probe('webm', 'vp9', 'opus'),
    [...editor, 'vp9'].filter((name) => name !== 'webm'),
    'mp4 copy copy',
  );
  check(probe('m4a', undefined, 'aac'), editor, 'mp4 none mp3');
});

test('given a wrong container only, then both tracks are copied', () => {
  check(probe('ts', 'h264', 'aac'), browser, 'mp4 copy copy');
  check(probe('flv', 'h264', 'mp3'), browser, 'mp4 copy copy');
});

test('given a wrong video codec, then it is encoded as H.264 or as what the player has', () => {
  check(probe('mp4', 'hevc', 'aac'), editor, 'mp4 h264 mp3');
  check(probe('mp4', 'hevc', 'aac'), browser, 'mp4 h264 copy');
  check(probe('mkv', 'vp8', 'aac'), editor, 'mp4 h264 mp3');
  // An AVI does not tell when its pictures are shown.
  check(probe('avi', 'h264', 'mp3'), browser, 'mp4 h264 mp3');
  check(probe('mp4', 'h264', 'aac'), 'webm vp8 vp9 opus vorbis'.split(' '), 'webm vp8 opus');
  check(probe('mp4', 'h264'), 'webm vp8'.split(' '), 'webm vp8 none');
});

test('given a player that reports no codecs, then it gets H.264 and mp3', () => {
  check(probe('mp4', 'h264', 'mp3'), [], 'mp4 h264 mp3');
  check(probe('wav', undefined, 'pcm_s16le'), [], 'mp4 none mp3');
});

test('given a player without mp3, then it gets Opus', () => {
  check(probe('mp4', 'h264', 'aac'), ['mp4', 'h264', 'opus'], 'mp4 copy opus');
});

test('given a file whose clock starts late, when a player could play it, then it is copied to one that starts at zero', () => {
  check({ ...probe('mp4', 'h264', 'aac'), startMs: 60_000 }, browser, 'mp4 copy copy');
  check({ ...probe('webm', 'vp9', 'opus'), startMs: -2000 }, browser, 'mp4 copy copy');
  check({ ...probe('mp4', 'h264', 'aac'), startMs: 80 }, browser, 'original');
});
