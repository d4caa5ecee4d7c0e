import { Buffer } from 'node:buffer';
import { AV_CODEC_ID_DVD_SUBTITLE, AV_CODEC_ID_HDMV_PGS_SUBTITLE } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import type { Uri } from '../../core/domain/time-range.ts';
import type { FlatImage } from '../../core/media/bitmap-canvas.ts';
import { type BitmapDecoder, createPgsDecoder } from '../../core/media/pgs-decoder.ts';
import { createVobsubDecoder, parseVobsubPalette } from '../../core/media/vobsub-decoder.ts';
import type { MediaHints, SubtitlePicture } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { discardOtherTracks, openMedia } from './node-av-open.ts';
import { findPacketTimeMs } from './node-av-seek.ts';

/** Longest time that a subtitle without an end is shown, ms. */
const MAX_SHOWN_MS = 20_000;

function createDecoder({ codecpar }: Stream): BitmapDecoder | undefined {
  if (codecpar.codecId === AV_CODEC_ID_HDMV_PGS_SUBTITLE) return createPgsDecoder();
  if (codecpar.codecId !== AV_CODEC_ID_DVD_SUBTITLE) return undefined;
  return createVobsubDecoder(parseVobsubPalette(Buffer.from(codecpar.extradata ?? []).toString('latin1')));
}

/** Yields the pictures of one bitmap subtitle track, in time order. Yields nothing for other tracks. */
export async function* subtitlePictures(
  uri: Uri,
  index: number,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<SubtitlePicture> {
  const media = await openMedia(uri, hints);
  const packet = new Packet();
  packet.alloc();
  try {
    const stream = media.streams[index];
    const decoder = stream && createDecoder(stream);
    if (!stream || !decoder) return;
    discardOtherTracks(media, [stream]);
    const yieldToEventLoop = createAbortableYield(signal);
    let shown: { readonly image: FlatImage; readonly startMs: number; clearMs: number } | undefined;
    const endShown = (endMs: number): readonly SubtitlePicture[] => {
      if (shown === undefined) return [];
      const { image, startMs, clearMs } = shown;
      shown = undefined;
      return [
        {
          ...image,
          timeMs: startMs,
          endMs: Math.max(startMs + 1, Math.min(endMs, clearMs, startMs + MAX_SHOWN_MS)),
        },
      ];
    };
    while (media.read(packet)) {
      const packetMs = findPacketTimeMs(packet, stream, media.originUs);
      const data = packet.streamIndex === stream.index ? packet.data : undefined;
      if (data && packetMs !== undefined) {
        for (const { image, delayMs } of decoder.add(data)) {
          const timeMs = Math.max(0, Math.round(packetMs + delayMs));
          if (image) {
            yield* endShown(timeMs);
            shown = { image, startMs: timeMs, clearMs: Number.POSITIVE_INFINITY };
          } else if (shown) shown.clearMs = Math.min(shown.clearMs, timeMs);
        }
      }
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
    }
    yield* endShown(Number.POSITIVE_INFINITY);
  } finally {
    packet.free();
    await media.close();
  }
}
