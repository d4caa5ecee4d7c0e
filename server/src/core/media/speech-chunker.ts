import type { Ms, TimeRange } from '../domain/time-range.ts';
import { createVoiceActivityDetector, FRAME_MS, FRAME_SAMPLES, frameLevelDb } from './voice-activity.ts';

/**
 * Audio for a transcriber: at most 30 s of 16 kHz mono in -1..1, with the ranges that may contain a voice.
 */
export interface SpeechChunk extends TimeRange {
  readonly samples: Float32Array;
  /** Sorted ranges within the chunk, in ms of the video. */
  readonly voicedRanges: readonly TimeRange[];
}

const MAX_CHUNK_FRAMES = 30_000 / FRAME_MS;
/** Cuts an overlong chunk at its quietest point after this many frames. */
const MIN_CUT_FRAMES = 20_000 / FRAME_MS;
/** Number of frames over which quietness is measured. */
const QUIET_WINDOW_FRAMES = 10;
/** Minimum length of a pause that splits chunks: models invent words for long silence. */
const MIN_PAUSE_FRAMES = 2000 / FRAME_MS;
/** Padding kept before and after speech, for soft onsets and endings. */
const PAD_FRAMES = 300 / FRAME_MS;
/** Minimum length of a voice; anything shorter is a click. */
const MIN_VOICE_FRAMES = 100 / FRAME_MS;
/** Maximum timestamp error that counts as rounding, in ms. */
const MAX_TIMESTAMP_SLIP_MS = 100;

interface JudgedFrame {
  readonly samples: Float32Array;
  readonly level: number;
  readonly voice: boolean;
}

/**
 * Splits the audio of a video into chunks that may contain speech. Memory use: the current chunk plus 2 s.
 */
export function createSpeechChunker(): {
  /** Takes samples and returns the chunks that are complete. */
  add(timeMs: Ms, samples: Float32Array): readonly SpeechChunk[];
  finish(): readonly SpeechChunk[];
} {
  let finishedChunks: SpeechChunk[] = [];
  /** Frames that are not judged yet. */
  let pendingFrames: { readonly samples: Float32Array; readonly level: number }[] = [];
  /** Frames of the current chunk, or the last few before one. */
  let bufferedFrames: JudgedFrame[] = [];
  /** Time of the first buffered frame. */
  let bufferStartMs = 0;
  let speaking = false;
  let silentFrames = 0;
  let currentFrame = new Float32Array(FRAME_SAMPLES);
  let filledSamples = 0;
  let lastSample = 0;
  /** Time expected for the next sample. */
  let nextMs: Ms | undefined;

  const emitChunk = (frames: readonly JudgedFrame[]): void => {
    const end = Math.min(frames.length, frames.findLastIndex(({ voice }) => voice) + 1 + PAD_FRAMES);
    const chunkFrames = frames.slice(0, end);
    if (chunkFrames.filter(({ voice }) => voice).length < MIN_VOICE_FRAMES) return;
    const samples = new Float32Array(chunkFrames.length * FRAME_SAMPLES);
    const voicedRanges: { startMs: Ms; endMs: Ms }[] = [];
    for (const [i, frame] of chunkFrames.entries()) {
      samples.set(frame.samples, i * FRAME_SAMPLES);
      if (!frame.voice) continue;
      const startMs = bufferStartMs + i * FRAME_MS;
      const previousRange = voicedRanges.at(-1);
      if (previousRange?.endMs === startMs) previousRange.endMs += FRAME_MS;
      else voicedRanges.push({ startMs, endMs: startMs + FRAME_MS });
    }
    finishedChunks.push({
      startMs: bufferStartMs,
      endMs: bufferStartMs + chunkFrames.length * FRAME_MS,
      samples,
      voicedRanges,
    });
  };
  const dropFrames = (count: number): void => {
    bufferedFrames = bufferedFrames.slice(count);
    bufferStartMs += count * FRAME_MS;
  };
  /** Finds the quietest point near the end of the current chunk. */
  const findQuietestFrame = (): number => {
    let best = bufferedFrames.length;
    let lowestSum = Number.POSITIVE_INFINITY;
    for (let at = MIN_CUT_FRAMES; at + QUIET_WINDOW_FRAMES <= bufferedFrames.length; at += 1) {
      const sum = bufferedFrames
        .slice(at, at + QUIET_WINDOW_FRAMES)
        .reduce((total, { level }) => total + level, 0);
      if (sum > lowestSum) continue;
      lowestSum = sum;
      best = at + QUIET_WINDOW_FRAMES / 2;
    }
    return best;
  };
  const voiceActivity = createVoiceActivityDetector((voice) => {
    const pendingFrame = pendingFrames.shift();
    if (!pendingFrame) return;
    bufferedFrames.push({ ...pendingFrame, voice });
    silentFrames = voice ? 0 : silentFrames + 1;
    if (voice) speaking = true;
    if (!speaking) {
      if (bufferedFrames.length > PAD_FRAMES) dropFrames(bufferedFrames.length - PAD_FRAMES);
    } else if (silentFrames >= MIN_PAUSE_FRAMES) {
      emitChunk(bufferedFrames);
      dropFrames(bufferedFrames.length - PAD_FRAMES);
      speaking = false;
    } else if (bufferedFrames.length >= MAX_CHUNK_FRAMES) {
      const cutIndex = findQuietestFrame();
      emitChunk(bufferedFrames.slice(0, cutIndex));
      dropFrames(cutIndex);
    }
  });
  const flushBuffer = (): void => {
    if (filledSamples > 0) {
      currentFrame.fill(0, filledSamples);
      filledSamples = FRAME_SAMPLES;
      pushFrame();
    }
    voiceActivity.finish();
    if (speaking) emitChunk(bufferedFrames);
    bufferedFrames = [];
    speaking = false;
    silentFrames = 0;
    lastSample = 0;
  };
  const pushFrame = (): void => {
    const level = frameLevelDb(currentFrame, lastSample);
    lastSample = currentFrame[FRAME_SAMPLES - 1] ?? 0;
    pendingFrames.push({ samples: currentFrame, level });
    currentFrame = new Float32Array(FRAME_SAMPLES);
    filledSamples = 0;
    voiceActivity.add(level);
  };
  const takeFinishedChunks = (): readonly SpeechChunk[] => {
    const chunks = finishedChunks;
    finishedChunks = [];
    return chunks;
  };

  return {
    add(timeMs, samples) {
      // Starts a new chunk after a gap in the audio track.
      if (nextMs === undefined || timeMs - nextMs >= MAX_TIMESTAMP_SLIP_MS) {
        if (nextMs !== undefined) flushBuffer();
        bufferStartMs = timeMs;
        pendingFrames = [];
        nextMs = timeMs;
      }
      for (const sample of samples) {
        currentFrame[filledSamples] = Number.isFinite(sample) ? sample : 0;
        filledSamples += 1;
        if (filledSamples === FRAME_SAMPLES) pushFrame();
      }
      nextMs += (samples.length / FRAME_SAMPLES) * FRAME_MS;
      return takeFinishedChunks();
    },
    finish() {
      flushBuffer();
      return takeFinishedChunks();
    },
  };
}
