import type { Ms, TimeRange } from './range.ts';
import { createVoiceGate, FRAME, FRAME_MS, levelOf } from './voiceGate.ts';

/** Sound for a transcriber: at most 30 s of 16 kHz mono, -1..1, with the moments that may hold a voice. */
export interface SpeechChunk extends TimeRange {
  readonly samples: Float32Array;
  /** In time order, within the chunk, ms of the video. */
  readonly voiced: readonly TimeRange[];
}

const LONGEST = 30_000 / FRAME_MS;
/** A chunk that must be cut is cut at the quietest place after this. */
const CUT_AFTER = 20_000 / FRAME_MS;
/** Frames over which a place is quiet or not. */
const QUIET = 10;
/** A pause from this on parts two chunks: a model fills long silence with words of its own. */
const PAUSE = 2000 / FRAME_MS;
/** Kept before and after the voice, for soft beginnings and ends. */
const PAD = 300 / FRAME_MS;
/** Less voice than this is a click. */
const LEAST_VOICE = 100 / FRAME_MS;
/** A smaller slip of time stamps is rounding, ms. */
const SLIP_MS = 100;

interface Sounding {
  readonly samples: Float32Array;
  readonly level: number;
  readonly voice: boolean;
}

/** Cuts the sound of a video into chunks that may hold speech. Memory: the chunk in hand and 2 s. */
export function createSpeechChunks(): {
  /** The chunks that are whole by now. */
  add(timeMs: Ms, samples: Float32Array): readonly SpeechChunk[];
  finish(): readonly SpeechChunk[];
} {
  let done: SpeechChunk[] = [];
  /** Frames whose verdict is still to come. */
  let waiting: { readonly samples: Float32Array; readonly level: number }[] = [];
  /** Frames of the chunk in hand, or the last few before one. */
  let held: Sounding[] = [];
  /** Time of the first frame held. */
  let heldMs = 0;
  let speaking = false;
  let quiet = 0;
  let frame = new Float32Array(FRAME);
  let filled = 0;
  let last = 0;
  /** Where the next sample is expected. */
  let nextMs: Ms | undefined;

  const close = (frames: readonly Sounding[]): void => {
    const end = Math.min(frames.length, frames.findLastIndex(({ voice }) => voice) + 1 + PAD);
    const kept = frames.slice(0, end);
    if (kept.filter(({ voice }) => voice).length < LEAST_VOICE) return;
    const samples = new Float32Array(kept.length * FRAME);
    const voiced: { startMs: Ms; endMs: Ms }[] = [];
    for (const [i, each] of kept.entries()) {
      samples.set(each.samples, i * FRAME);
      if (!each.voice) continue;
      const startMs = heldMs + i * FRAME_MS;
      const before = voiced.at(-1);
      if (before?.endMs === startMs) before.endMs += FRAME_MS;
      else voiced.push({ startMs, endMs: startMs + FRAME_MS });
    }
    done.push({ startMs: heldMs, endMs: heldMs + kept.length * FRAME_MS, samples, voiced });
  };
  const drop = (count: number): void => {
    held = held.slice(count);
    heldMs += count * FRAME_MS;
  };
  /** Where the chunk in hand is quietest, towards its end. */
  const quietest = (): number => {
    let best = held.length;
    let least = Number.POSITIVE_INFINITY;
    for (let at = CUT_AFTER; at + QUIET <= held.length; at += 1) {
      const sum = held.slice(at, at + QUIET).reduce((total, { level }) => total + level, 0);
      if (sum > least) continue;
      least = sum;
      best = at + QUIET / 2;
    }
    return best;
  };
  const gate = createVoiceGate((voice) => {
    const next = waiting.shift();
    if (!next) return;
    held.push({ ...next, voice });
    quiet = voice ? 0 : quiet + 1;
    if (voice) speaking = true;
    if (!speaking) {
      if (held.length > PAD) drop(held.length - PAD);
    } else if (quiet >= PAUSE) {
      close(held);
      drop(held.length - PAD);
      speaking = false;
    } else if (held.length >= LONGEST) {
      const at = quietest();
      close(held.slice(0, at));
      drop(at);
    }
  });
  const flush = (): void => {
    if (filled > 0) {
      frame.fill(0, filled);
      filled = FRAME;
      push();
    }
    gate.finish();
    if (speaking) close(held);
    held = [];
    speaking = false;
    quiet = 0;
    last = 0;
  };
  const push = (): void => {
    const level = levelOf(frame, last);
    last = frame[FRAME - 1] ?? 0;
    waiting.push({ samples: frame, level });
    frame = new Float32Array(FRAME);
    filled = 0;
    gate.add(level);
  };
  const taken = (): readonly SpeechChunk[] => {
    const chunks = done;
    done = [];
    return chunks;
  };

  return {
    add(timeMs, samples) {
      // A gap in the sound track: what follows is heard by itself.
      if (nextMs === undefined || timeMs - nextMs >= SLIP_MS) {
        if (nextMs !== undefined) flush();
        heldMs = timeMs;
        waiting = [];
        nextMs = timeMs;
      }
      for (const sample of samples) {
        frame[filled] = Number.isFinite(sample) ? sample : 0;
        filled += 1;
        if (filled === FRAME) push();
      }
      nextMs += (samples.length / FRAME) * FRAME_MS;
      return taken();
    },
    finish() {
      flush();
      return taken();
    },
  };
}
