import { type Ms, overlapMs } from '../domain/time-range.ts';
import type { SpeechChunk } from './speech-chunker.ts';

/** Samples of speech input per ms. */
const SAMPLES_PER_MS = 16;
/** A piece with less voice than this is not worth another attempt, ms. */
const MIN_PIECE_VOICE_MS = 800;
/** Minimum length of a pause at which speech is split, ms. */
const MIN_SPLIT_PAUSE_MS = 150;

function cutChunk(chunk: SpeechChunk, startMs: Ms, endMs: Ms): SpeechChunk {
  const toSample = (ms: Ms) => Math.round((ms - chunk.startMs) * SAMPLES_PER_MS);
  const voicedRanges = chunk.voicedRanges.flatMap((range) =>
    overlapMs(range, { startMs, endMs }) > 0
      ? [{ startMs: Math.max(startMs, range.startMs), endMs: Math.min(endMs, range.endMs) }]
      : [],
  );
  return { startMs, endMs, samples: chunk.samples.slice(toSample(startMs), toSample(endMs)), voicedRanges };
}

const voiceMs = ({ voicedRanges }: SpeechChunk) =>
  voicedRanges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

/** Returns the middle of the longest pause between two voices. */
function findLongestPause({ voicedRanges }: SpeechChunk): Ms | undefined {
  let middle: Ms | undefined;
  let longestMs = MIN_SPLIT_PAUSE_MS;
  for (const [i, range] of voicedRanges.entries()) {
    const next = voicedRanges[i + 1];
    if (!next || next.startMs - range.endMs < longestMs) continue;
    longestMs = next.startMs - range.endMs;
    middle = range.endMs + longestMs / 2;
  }
  return middle;
}

/**
 * Splits speech whose text is doubtful from `doubtfulMs` on into pieces to be transcribed by themselves: the rest
 * from there, or, if nothing before it is certain, the halves around the longest pause. The language may change
 * there. Returns no pieces if there is no pause or too little voice.
 */
export function splitDoubtfulSpeech(chunk: SpeechChunk, doubtfulMs: Ms): readonly SpeechChunk[] {
  const hasCertainHead = voiceMs(cutChunk(chunk, chunk.startMs, doubtfulMs)) >= MIN_PIECE_VOICE_MS;
  const pauseMs = findLongestPause(chunk);
  const pieces = hasCertainHead
    ? [cutChunk(chunk, doubtfulMs, chunk.endMs)]
    : pauseMs === undefined
      ? []
      : [cutChunk(chunk, chunk.startMs, pauseMs), cutChunk(chunk, pauseMs, chunk.endMs)];
  return pieces.filter((piece) => voiceMs(piece) >= MIN_PIECE_VOICE_MS);
}
