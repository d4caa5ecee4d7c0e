import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { HeardWindow } from './voice-track.ts';

/** Resolution of the time line, ms. */
const FRAME_MS = 20;
/** A pause within one voice up to this length is no pause, ms. */
const MAX_GAP_MS = 250;
/** Shortest stretch that counts, ms. */
const MIN_SPAN_MS = 150;
/** Weight of a window's edge, where its network knows only one side. Its centre has 1. */
const EDGE_WEIGHT = 0.1;

/** The voice of each track: `voices[i][k]` belongs to track k of window i; undefined if it is not known. */
export type TrackVoices = readonly (readonly (number | undefined)[])[];

/** Returns the ranges of frames in which a share is above a half. */
function toRanges(isActive: (frame: number) => boolean, frames: number): readonly TimeRange[] {
  const ranges: { startMs: Ms; endMs: Ms }[] = [];
  for (let frame = 0; frame < frames; frame += 1) {
    if (!isActive(frame)) continue;
    const startMs = frame * FRAME_MS;
    const previous = ranges.at(-1);
    if (previous && startMs - previous.endMs <= MAX_GAP_MS) previous.endMs = startMs + FRAME_MS;
    else ranges.push({ startMs, endMs: startMs + FRAME_MS });
  }
  return ranges.filter(({ startMs, endMs }) => endMs - startMs >= MIN_SPAN_MS);
}

/**
 * Puts overlapping windows together: in each frame, a voice is heard if most of the windows that cover it heard it,
 * by weight. Returns the spans of each of `voiceCount` voices, sorted. Several voices may be heard at once.
 */
export function* stitchVoices(
  windows: readonly HeardWindow[],
  voices: TrackVoices,
  voiceCount: number,
): Generator<undefined, readonly (readonly TimeRange[])[], undefined> {
  const frames = Math.ceil(windows.reduce((latest, { endMs }) => Math.max(latest, endMs), 0) / FRAME_MS);
  const coverage = new Float32Array(frames);
  const activity = Array.from({ length: voiceCount }, () => new Float32Array(frames));
  for (const [i, { startMs, endMs, tracks }] of windows.entries()) {
    yield;
    const lengthMs = Math.max(1, endMs - startMs);
    const weightAt = (frame: number): number => {
      const distance = Math.abs((2 * (frame * FRAME_MS - startMs)) / lengthMs - 1);
      return 1 - (1 - EDGE_WEIGHT) * Math.min(1, distance);
    };
    const add = (list: Float32Array | undefined, range: TimeRange): void => {
      if (!list) return;
      const last = Math.min(frames, Math.round(range.endMs / FRAME_MS));
      for (let frame = Math.max(0, Math.round(range.startMs / FRAME_MS)); frame < last; frame += 1)
        list[frame] = (list[frame] ?? 0) + weightAt(frame);
    };
    add(coverage, { startMs, endMs });
    for (const [k, { ranges }] of tracks.entries()) {
      const voice = voices[i]?.[k];
      if (voice === undefined) continue;
      for (const range of ranges)
        add(activity[voice], { startMs: startMs + range.startMs, endMs: startMs + range.endMs });
    }
  }
  return activity.map((list) =>
    toRanges((frame) => (list[frame] ?? 0) > 0.5 * (coverage[frame] ?? 0), frames),
  );
}
