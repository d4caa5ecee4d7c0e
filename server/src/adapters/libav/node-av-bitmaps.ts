import { avGetCodecName, Packet, type Stream } from 'node-av/lib';
import type { Uri } from '../../core/domain/time-range.ts';
import { createBitmapDecoder } from '../../core/media/bitmap-decoders.ts';
import type { MediaHints, SubtitlePicture } from '../../ports/decoder.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { discardOtherTracks, type OpenMedia, openMedia } from './node-av-open.ts';
import { findPacketTimeMs } from './node-av-seek.ts';
import { decodeSubtitlePictures, type SubtitlePacket } from './subtitle-pictures.ts';

/** Returns a four-character code as text. */
function toTagText(tag: number): string {
  return String.fromCharCode(...[0, 8, 16, 24].map((shift) => (tag >>> shift) & 0xff));
}

/** Yields the packets of a track that have a time. */
async function* readPackets(
  media: OpenMedia,
  stream: Stream,
  signal: AbortSignal,
): AsyncGenerator<SubtitlePacket> {
  const yieldToEventLoop = createAbortableYield(signal);
  const packet = new Packet();
  packet.alloc();
  try {
    while (media.read(packet)) {
      const timeMs = findPacketTimeMs(packet, stream, media.originUs);
      const data = packet.streamIndex === stream.index ? packet.data : undefined;
      if (data && timeMs !== undefined) yield { timeMs, data };
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
    }
  } finally {
    packet.free();
  }
}

/** Yields the pictures of one bitmap subtitle track, in time order. Yields nothing for other tracks. */
export async function* picturesWithNodeAv(
  uri: Uri,
  index: number,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<SubtitlePicture> {
  const media = await openMedia(uri, hints);
  try {
    const stream = media.streams[index];
    if (!stream) return;
    const { codecId, codecTag, extradata } = stream.codecpar;
    const facts = { extradata: extradata ?? new Uint8Array(0), tag: toTagText(Number(codecTag)) };
    const decoder = createBitmapDecoder(avGetCodecName(codecId) ?? '', facts);
    if (!decoder) return;
    discardOtherTracks(media, [stream]);
    yield* decodeSubtitlePictures(readPackets(media, stream, signal), decoder, signal);
  } finally {
    await media.close();
  }
}
