import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { JudgedFrame } from './audio-frames.ts';
import { frameLevelDb, SPEECH_SAMPLE_RATE_HZ } from './voice-activity.ts';

/**
 * Audio for a transcriber: at most 30 s of 16 kHz mono in -1..1, with the ranges that may contain a voice.
 */
export interface SpeechChunk extends TimeRange {
  readonly samples: Float32Array;
  /** Sorted ranges within the chunk, in ms of the video. */
  readonly voicedRanges: readonly TimeRange[];
}

const MAX_CHUNK_MS = 30_000;
/** Cuts an overlong chunk at its quietest point after this time. */
const MIN_CUT_MS = 20_000;
/** Length over which quietness is measured, ms. */
const QUIET_WINDOW_MS = 200;
/** Minimum length of a pause that splits chunks, ms: models invent words for long silence. */
const MIN_PAUSE_MS = 2000;
/** Padding kept before and after speech, for soft onsets and endings, ms. */
const PAD_MS = 300;
/** Minimum length of a voice, ms; anything shorter is a click. */
const MIN_VOICE_MS = 100;

interface BufferedFrame {
  readonly samples: Float32Array;
  readonly level: number;
  readonly voice: boolean;
}

export interface SpeechChunker {
  /** Takes judged frames and returns the chunks that are complete. */
  add(frames: readonly JudgedFrame[]): readonly SpeechChunk[];
  finish(): readonly SpeechChunk[];
}

/** Collects frames into a chunk, if they contain enough voice. */
function toChunk(
  frames: readonly BufferedFrame[],
  startMs: Ms,
  frameSamples: number,
): SpeechChunk | undefined {
  const frameMs = (frameSamples * 1000) / SPEECH_SAMPLE_RATE_HZ;
  const lastVoice = frames.findLastIndex(({ voice }) => voice);
  const chunkFrames = frames.slice(0, Math.min(frames.length, lastVoice + 1 + Math.floor(PAD_MS / frameMs)));
  if (chunkFrames.filter(({ voice }) => voice).length * frameMs < MIN_VOICE_MS) return undefined;
  const samples = new Float32Array(chunkFrames.length * frameSamples);
  const voicedRanges: { startMs: Ms; endMs: Ms }[] = [];
  for (const [i, frame] of chunkFrames.entries()) {
    samples.set(frame.samples, i * frameSamples);
    if (!frame.voice) continue;
    const frameStartMs = startMs + i * frameMs;
    const previousRange = voicedRanges.at(-1);
    if (previousRange?.endMs === frameStartMs) previousRange.endMs += frameMs;
    else voicedRanges.push({ startMs: frameStartMs, endMs: frameStartMs + frameMs });
  }
  return { startMs, endMs: startMs + chunkFrames.length * frameMs, samples, voicedRanges };
}

/** Finds the quietest point near the end of frames that fill a whole chunk. */
function findQuietestFrame(frames: readonly BufferedFrame[], frameMs: number): number {
  const windowFrames = Math.floor(QUIET_WINDOW_MS / frameMs);
  let best = frames.length;
  let lowestSum = Number.POSITIVE_INFINITY;
  for (let at = Math.floor(MIN_CUT_MS / frameMs); at + windowFrames <= frames.length; at += 1) {
    const sum = frames.slice(at, at + windowFrames).reduce((total, { level }) => total + level, 0);
    if (sum > lowestSum) continue;
    lowestSum = sum;
    best = at + Math.floor(windowFrames / 2);
  }
  return best;
}

/**
 * Joins judged frames of equal length into chunks that may contain speech. Memory use: the current chunk.
 */
export function createSpeechChunker(frameSamples: number): SpeechChunker {
  const frameMs = (frameSamples * 1000) / SPEECH_SAMPLE_RATE_HZ;
  const toFrames = (ms: number) => Math.floor(ms / frameMs);
  let finishedChunks: SpeechChunk[] = [];
  /** Frames of the current chunk, or the last few before one. */
  let bufferedFrames: BufferedFrame[] = [];
  /** Time of the first buffered frame. */
  let bufferStartMs = 0;
  let speaking = false;
  let silentFrames = 0;
  let lastSample = 0;

  const emitChunk = (frames: readonly BufferedFrame[]): void => {
    const chunk = toChunk(frames, bufferStartMs, frameSamples);
    if (chunk) finishedChunks.push(chunk);
  };
  const dropFrames = (count: number): void => {
    bufferedFrames = bufferedFrames.slice(count);
    bufferStartMs += count * frameMs;
  };
  const flushBuffer = (): void => {
    if (speaking) emitChunk(bufferedFrames);
    bufferedFrames = [];
    speaking = false;
    silentFrames = 0;
    lastSample = 0;
  };
  const addFrame = ({ startMs, samples, voice, afterGap }: JudgedFrame): void => {
    if (afterGap) flushBuffer();
    if (bufferedFrames.length === 0) bufferStartMs = startMs;
    bufferedFrames.push({ samples, voice, level: frameLevelDb(samples, lastSample) });
    lastSample = samples.at(-1) ?? 0;
    silentFrames = voice ? 0 : silentFrames + 1;
    if (voice) speaking = true;
    const padFrames = toFrames(PAD_MS);
    if (!speaking) {
      if (bufferedFrames.length > padFrames) dropFrames(bufferedFrames.length - padFrames);
    } else if (silentFrames >= toFrames(MIN_PAUSE_MS)) {
      emitChunk(bufferedFrames);
      dropFrames(bufferedFrames.length - padFrames);
      speaking = false;
    } else if (bufferedFrames.length >= toFrames(MAX_CHUNK_MS)) {
      const cutIndex = findQuietestFrame(bufferedFrames, frameMs);
      emitChunk(bufferedFrames.slice(0, cutIndex));
      dropFrames(cutIndex);
    }
  };
  const takeFinishedChunks = (): readonly SpeechChunk[] => {
    const chunks = finishedChunks;
    finishedChunks = [];
    return chunks;
  };
  return {
    add(frames) {
      for (const frame of frames) addFrame(frame);
      return takeFinishedChunks();
    },
    finish() {
      flushBuffer();
      return takeFinishedChunks();
    },
  };
}
