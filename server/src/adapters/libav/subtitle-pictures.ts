import type { FlatImage } from '../../core/media/bitmap-canvas.ts';
import type { BitmapDecoder } from '../../core/media/pgs-decoder.ts';
import type { SubtitlePicture } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';

/** Longest time that a subtitle without an end is shown, ms. */
const MAX_SHOWN_MS = 20_000;

/** A packet of a bitmap subtitle track. `timeMs` may be negative and is not rounded. */
export interface SubtitlePacket {
  readonly timeMs: number;
  readonly data: Uint8Array;
}

interface ShownImage {
  readonly image: FlatImage;
  readonly startMs: number;
  clearMs: number;
}

function toPicture({ image, startMs, clearMs }: ShownImage, endMs: number): SubtitlePicture {
  const lastMs = Math.min(endMs, clearMs, startMs + MAX_SHOWN_MS);
  return { ...image, timeMs: startMs, endMs: Math.max(startMs + 1, lastMs) };
}

function isSameImage(a: FlatImage, b: FlatImage): boolean {
  return a.width === b.width && a.height === b.height && a.data.every((value, at) => value === b.data[at]);
}

/**
 * Decodes the packets of one track to the pictures that it shows, with their ends. A picture that is sent again while it is
 * shown, as broadcasts do for receivers that join late, is one picture.
 */
export async function* decodeSubtitlePictures(
  packets: AsyncIterable<SubtitlePacket>,
  decoder: BitmapDecoder,
  signal: AbortSignal,
): AsyncGenerator<SubtitlePicture> {
  const yieldToEventLoop = createAbortableYield(signal);
  let shown: ShownImage | undefined;
  for await (const packet of packets) {
    for (const { image, delayMs } of decoder.add(packet.data)) {
      const timeMs = Math.max(0, Math.round(packet.timeMs + delayMs));
      if (image === undefined) {
        if (shown) shown.clearMs = Math.min(shown.clearMs, timeMs);
        continue;
      }
      if (shown && timeMs <= shown.clearMs && isSameImage(shown.image, image)) {
        shown.clearMs = Number.POSITIVE_INFINITY;
        continue;
      }
      if (shown) yield toPicture(shown, timeMs);
      shown = { image, startMs: timeMs, clearMs: Number.POSITIVE_INFINITY };
    }
    const pendingYield = yieldToEventLoop();
    if (pendingYield) await pendingYield;
  }
  if (shown) yield toPicture(shown, Number.POSITIVE_INFINITY);
}
