import { AV_FRAME_FLAG_INTERLACED, AV_FRAME_FLAG_TOP_FIELD_FIRST } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { createDeinterlaceFilter } from './convert-filters.ts';
import { createPictureSource, openGraph, toFrameKey } from './node-av-graph.ts';

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
export function deinterlaceFrame(
  previous: Frame | undefined,
  frame: Frame,
  following: Frame | undefined,
): Frame | undefined {
  const toCompatibleFrames = (neighbour: Frame | undefined) =>
    neighbour && toFrameKey(neighbour) === toFrameKey(frame) ? [neighbour] : [];
  const fieldOrder = frame.hasFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST) ? 'tff' : 'bff';
  const filter = createDeinterlaceFilter(`all:parity=${fieldOrder}`);
  const source = createPictureSource(frame, 1);
  const graph = openGraph(`${source},${filter},buffersink@out`, 'buffer@in', 'buffersink@out');
  const inputFrames = [...toCompatibleFrames(previous), frame, ...toCompatibleFrames(following)];
  try {
    for (const [at, inputFrame] of inputFrames.entries()) {
      const copy = inputFrame.clone();
      if (!copy) return undefined;
      copy.pts = BigInt(at);
      graph.send(copy);
      copy.free();
    }
    graph.send(null);
    for (let at = 0; ; at += 1) {
      const outputFrame = graph.receive();
      if (!outputFrame) return undefined;
      if (inputFrames[at] !== frame) continue;
      const picture = outputFrame.clone();
      if (picture) unmarkInterlaced(picture);
      return picture ?? undefined;
    }
  } finally {
    graph.close();
  }
}
