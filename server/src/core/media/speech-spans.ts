import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { JudgedFrame } from './audio-frames.ts';
import { SPEECH_SAMPLE_RATE_HZ } from './voice-activity.ts';

/** Pauses up to this length belong to the speech around them, ms. */
const MAX_PAUSE_MS = 1000;
/** Minimum amount of voice in a span, ms; less is a cough or a click. */
const MIN_VOICE_MS = 300;
/** Spans per video. Beyond that, longer pauses count as part of speech, because every record stays in memory. */
export const MAX_SPEECH_SPANS = 400;

/** Collects the ranges of a track in which somebody speaks. */
export interface SpeechSpans {
  add(frames: readonly JudgedFrame[]): void;
  /** Returns the spans in time order, in whole ms. */
  list(): readonly TimeRange[];
}

interface VoicedSpan {
  startMs: Ms;
  endMs: Ms;
  voiceMs: Ms;
}

/** Creates a collector for judged frames of equal length, in time order. */
export function createSpeechSpans(frameSamples: number): SpeechSpans {
  const frameMs = (frameSamples * 1000) / SPEECH_SAMPLE_RATE_HZ;
  let spans: readonly VoicedSpan[] = [];
  let current: VoicedSpan | undefined;
  let maxPauseMs = MAX_PAUSE_MS;

  const closeSpan = (): void => {
    if (current !== undefined && current.voiceMs >= MIN_VOICE_MS) spans = [...spans, current];
    current = undefined;
    while (spans.length > MAX_SPEECH_SPANS) {
      maxPauseMs *= 2;
      spans = joinSpans(spans, maxPauseMs);
    }
  };
  return {
    add(frames) {
      for (const { startMs, voice } of frames) {
        if (!voice) continue;
        if (current !== undefined && startMs - current.endMs > maxPauseMs) closeSpan();
        current ??= { startMs, endMs: startMs, voiceMs: 0 };
        current.endMs = startMs + frameMs;
        current.voiceMs += frameMs;
      }
    },
    list() {
      closeSpan();
      return spans.map(({ startMs, endMs }) => ({ startMs: Math.round(startMs), endMs: Math.round(endMs) }));
    },
  };
}

function joinSpans(spans: readonly VoicedSpan[], maxPauseMs: Ms): readonly VoicedSpan[] {
  const joined: VoicedSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.startMs - last.endMs <= maxPauseMs) {
      last.endMs = span.endMs;
      last.voiceMs += span.voiceMs;
    } else joined.push({ ...span });
  }
  return joined;
}

/** Returns how long spans last together, ms. */
export function sumSpans(spans: readonly TimeRange[]): Ms {
  return spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}
