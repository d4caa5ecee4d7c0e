import type { Ms, TimeRange } from '../domain/time-range.ts';

/** An edge snaps to a cut within this share of a clip's length. */
const MAX_SNAP_SHARE = 0.2;
/** A tail shorter than this share of a clip's length is merged into the previous clip. */
const MIN_TAIL_SHARE = 1 / 3;
/**
 * Maximum number of clips of a video, 100 hours in clips of 30 s; those of a longer one are longer. A damaged time makes
 * a video of weeks out of a small file, and tens of thousands of rows at once would hold up everything else.
 */
const MAX_CLIPS = 12_000;

/** Returns the edges before snapping, without 0 and the end. */
function createUnsnappedEdges(durationMs: Ms, clipMs: Ms): readonly Ms[] {
  const edges: Ms[] = [];
  for (let edge = clipMs; durationMs - edge >= clipMs * MIN_TAIL_SHARE; edge += clipMs) edges.push(edge);
  return edges;
}

/**
 * Splits 0..durationMs into clips of about `wantedMs` without gaps. Each inner edge snaps to the nearest cut if
 * one is close. `cutsMs` must be sorted. A video of length 0 becomes one clip of 1 ms, so that it has an id.
 */
export function segmentClips(durationMs: Ms, wantedMs: Ms, cutsMs: readonly Ms[]): readonly TimeRange[] {
  const clipMs = Math.max(wantedMs, Math.ceil(durationMs / MAX_CLIPS));
  const maxSnapMs = clipMs * MAX_SNAP_SHARE;
  const endMs = Math.max(1, durationMs);
  const edges = [0];
  let cutIndex = 0;
  for (const unsnappedMs of createUnsnappedEdges(endMs, clipMs)) {
    while ((cutsMs[cutIndex] ?? Number.POSITIVE_INFINITY) < unsnappedMs - maxSnapMs) cutIndex += 1;
    let snappedMs = unsnappedMs;
    let distanceMs = Number.POSITIVE_INFINITY;
    for (let i = cutIndex; (cutsMs[i] ?? Number.POSITIVE_INFINITY) <= unsnappedMs + maxSnapMs; i += 1) {
      const cut = cutsMs[i] ?? unsnappedMs;
      if (Math.abs(cut - unsnappedMs) >= distanceMs || cut >= endMs) continue;
      snappedMs = cut;
      distanceMs = Math.abs(cut - unsnappedMs);
    }
    edges.push(snappedMs);
  }
  edges.push(endMs);
  return edges.slice(1).map((edge, i) => ({ startMs: edges[i] ?? 0, endMs: edge }));
}

/**
 * Divides a recording that has become longer, or that turned out a little shorter. Clips stay as they are, except for the
 * last one, which may have been incomplete.
 */
export function extendClips(clips: readonly TimeRange[], durationMs: Ms, wantedMs: Ms): readonly TimeRange[] {
  const startedClips = clips.filter(({ startMs }) => startMs < durationMs);
  const last = startedClips.at(-1);
  if (last === undefined) return segmentClips(durationMs, wantedMs, []);
  if (last.endMs === durationMs) return startedClips;
  const newClips = segmentClips(durationMs - last.startMs, wantedMs, []);
  return [...startedClips.slice(0, -1), ...shiftRanges(newClips, last.startMs)];
}

/** Moves ranges to a later time. */
export function shiftRanges<T extends TimeRange>(ranges: readonly T[], byMs: Ms): readonly T[] {
  return ranges.map((range) => ({ ...range, startMs: range.startMs + byMs, endMs: range.endMs + byMs }));
}
