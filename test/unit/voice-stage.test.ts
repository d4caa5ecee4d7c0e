import assert from 'node:assert/strict';
import test from 'node:test';
import type { VideoRecord } from '../../server/src/core/domain/video.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { NO_TRANSCRIPT } from '../../server/src/indexing/stages/transcribe.ts';
import { listenToVideo, voiceFingerprint } from '../../server/src/indexing/stages/voice.ts';
import type { MediaHints, PassEvent } from '../../server/src/ports/decoder.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';
import { sampled, whistled } from '../support/tone-speech.ts';

const never = new AbortController().signal;
const turn = async () => undefined;

const soundOf = (kinds: readonly ('video' | 'audio')[], more: Partial<VideoRecord> = {}): VideoRecord =>
  videoOf('v', {
    probe: {
      container: 'x',
      durationMs: 60_000,
      streams: kinds.map((kind, index) => ({ index, kind, codec: 'x' })),
      chapters: [],
    },
    done: {},
    ...more,
  });

/** A decoder of a file whose tracks have these sounds, by index. It breaks off after them if it is told to. */
function decoderOf(sounds: readonly Float32Array[], broken?: Error) {
  return {
    async *pass(
      _uri: string,
      _request: unknown,
      signal: AbortSignal,
      hints?: MediaHints,
    ): AsyncGenerator<PassEvent> {
      signal.throwIfAborted();
      const samples = sounds[hints?.tracks?.audio ?? 0] ?? new Float32Array(0);
      for (let at = 0; at < samples.length; at += 1600)
        yield { kind: 'audio', timeMs: at / 16, samples: samples.subarray(at, at + 1600) };
      if (broken) throw broken;
    },
  };
}

const said = [
  { startMs: 4000, text: 'the red fox sleeps' },
  { startMs: 40_000, text: 'a blue whale sings under water' },
];
const SPOKEN = sampled(60, whistled(said));
const SILENCE = sampled(60, () => 0);
const video = (audioTracks: readonly number[] = [0]) => ({
  uri: 'file:///v.mp4',
  probe: soundOf(['audio']).probe,
  audioTracks,
});
const listen = (sounds: readonly Float32Array[], broken?: Error) =>
  listenToVideo(
    video(sounds.map((_, i) => i)),
    { decoder: decoderOf(sounds, broken), voiceDetector: undefined, turn },
    () => undefined,
    never,
  );

test('given sound without subtitles and no transcriber, when planned, then it is listened to; otherwise it is not', () => {
  const copy = copyOf('file:///a/x.mp4', 'v', { sidecars: [] });
  const plan = (record: VideoRecord, copies = [copy], hasTranscriber = false) =>
    voiceFingerprint(record, copies, hasTranscriber, { name: 'silero' }, []);
  const sound = soundOf(['video', 'audio']);
  assert.equal(plan(sound), 'voice 1 silero');
  assert.equal(voiceFingerprint(sound, [copy], false, undefined, []), 'voice 1 levels');
  assert.equal(plan(soundOf(['video'])), undefined, 'no sound');
  assert.equal(plan(sound, [copy], true), undefined, 'the transcriber finds the spans itself');
  const transcribed = { done: { transcribe: 'transcribe 2 whisper' } };
  assert.equal(plan(soundOf(['audio'], transcribed)), undefined, 'it has a transcript');
  const replaced = { done: { transcribe: NO_TRANSCRIPT } };
  assert.equal(plan(soundOf(['audio'], replaced)), 'voice 1 silero', 'its subtitles are gone again');
  const subtitled = copyOf('file:///a/x.mp4', 'v', { subtitled: true });
  assert.equal(plan(sound, [subtitled]), undefined, 'subtitles contain the speech');
  const unread = copyOf('file:///a/x.mp4', 'v');
  assert.equal(plan(sound, [unread]), undefined, 'subtitles that are not read yet');
  assert.equal(
    voiceFingerprint(sound, [copy], false, undefined, ['x.mp4=audio:1']),
    'voice 1 levels audio:1',
    'a named track',
  );
});

test('given speech, when listened to, then its spans have the times at which it was said', async () => {
  const { speech, track } = await listen([SPOKEN]);
  assert.equal(track, 0);
  assert.equal(speech.length, said.length);
  for (const [i, { startMs, endMs }] of speech.entries()) {
    assert.ok(Math.abs(startMs - (said[i]?.startMs ?? 0)) <= 100, `${startMs}`);
    assert.ok(endMs - startMs > 1000);
  }
});

test('given tracks of which the first say nothing, when listened to, then the first with a voice counts', async () => {
  const { speech, track } = await listen([SILENCE, SPOKEN, SPOKEN]);
  assert.equal(track, 1);
  assert.equal(speech.length, said.length);
});

test('given silence, when listened to, then nobody speaks, and that is known', async () => {
  assert.deepEqual(await listen([SILENCE]), { speech: [], track: undefined });
});

test('given a damaged file, when listened to, then the speech before the damage is kept, and without any it rejects', async () => {
  const broken = new MediaFailureError({
    kind: 'truncated',
    reason: 'It ends early.',
    remedy: 'Copy it again.',
  });
  assert.equal((await listen([SPOKEN], broken)).speech.length, said.length);
  await assert.rejects(listen([SILENCE], broken), MediaFailureError);
});
