import type { Ms, TimeRange } from './range.ts';

/** An edge moves to a cut within this share of a Clip's length. */
const SNAP_SHARE = 0.2;
/** A tail shorter than this share of a Clip's length joins its neighbour. */
const TAIL_SHARE = 1 / 3;

/** Where edges lie before they are snapped, without 0 and the end. */
export function plainEdges(durationMs: Ms, clipMs: Ms): readonly Ms[] {
  const edges: Ms[] = [];
  for (let edge = clipMs; durationMs - edge >= clipMs * TAIL_SHARE; edge += clipMs) edges.push(edge);
  return edges;
}

/**
 * Clips of about `clipMs` that cover 0..durationMs without gap; each inner edge lies on the nearest cut where one
 * is near. `cutsMs` is in time order. A video without length is one Clip of 1 ms, so that it can be named.
 */
export function segment(durationMs: Ms, clipMs: Ms, cutsMs: readonly Ms[]): readonly TimeRange[] {
  const reach = clipMs * SNAP_SHARE;
  const endMs = Math.max(1, durationMs);
  const edges = [0];
  let at = 0;
  for (const plain of plainEdges(endMs, clipMs)) {
    while ((cutsMs[at] ?? Number.POSITIVE_INFINITY) < plain - reach) at += 1;
    let best = plain;
    let distance = Number.POSITIVE_INFINITY;
    for (let i = at; (cutsMs[i] ?? Number.POSITIVE_INFINITY) <= plain + reach; i += 1) {
      const cut = cutsMs[i] ?? plain;
      if (Math.abs(cut - plain) >= distance || cut >= endMs) continue;
      best = cut;
      distance = Math.abs(cut - plain);
    }
    edges.push(best);
  }
  edges.push(endMs);
  return edges.slice(1).map((edge, i) => ({ startMs: edges[i] ?? 0, endMs: edge }));
}
