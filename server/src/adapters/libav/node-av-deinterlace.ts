import { AV_FRAME_FLAG_INTERLACED, AV_FRAME_FLAG_TOP_FIELD_FIRST } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { deinterlacer } from './convert-filters.ts';
import { openGraph, pictureSource, toFrameKey } from './node-av-graph.ts';

export function isInterlaced(frame: Frame): boolean {
  return frame.hasFlags(AV_FRAME_FLAG_INTERLACED);
}

/** Clears the interlaced mark, because libswscale does not scale a marked frame into an unmarked one. */
export function unmarkInterlaced(frame: Frame): void {
  frame.clearFlags(AV_FRAME_FLAG_INTERLACED, AV_FRAME_FLAG_TOP_FIELD_FIRST);
}

/**
 * Deinterlaces a frame. The caller frees the result. The neighbouring frames, if known, keep still areas at
 * full vertical resolution.
 */
export function deinterlaced(
  before: Frame | undefined,
  frame: Frame,
  after: Frame | undefined,
): Frame | undefined {
  const alike = (other: Frame | undefined) =>
    other && toFrameKey(other) === toFrameKey(frame) ? [other] : [];
  const first = frame.hasFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST) ? 'tff' : 'bff';
  const filter = deinterlacer(`all:parity=${first}`);
  const source = pictureSource(frame, 1);
  const graph = openGraph(`${source},${filter},buffersink@out`, 'buffer@in', 'buffersink@out');
  const given = [...alike(before), frame, ...alike(after)];
  try {
    for (const [at, one] of given.entries()) {
      const copy = one.clone();
      if (!copy) return undefined;
      copy.pts = BigInt(at);
      graph.send(copy);
      copy.free();
    }
    graph.send(null);
    for (let at = 0; ; at += 1) {
      const made = graph.receive();
      if (!made) return undefined;
      if (given[at] !== frame) continue;
      const picture = made.clone();
      if (picture) unmarkInterlaced(picture);
      return picture ?? undefined;
    }
  } finally {
    graph.close();
  }
}
