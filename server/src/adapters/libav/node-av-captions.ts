import { AV_CODEC_ID_EIA_608 } from 'node-av/constants';
import { avGetCodecName, Packet, type Stream } from 'node-av/lib';
import type { Cue } from '../../core/domain/cue.ts';
import type { StreamInfo } from '../../core/domain/video.ts';
import { createAbortableYield } from './abortable-yield.ts';
import {
  CAPTION_CHANNELS,
  CAPTIONED_CODECS,
  type CaptionChannel,
  type CaptionPair,
  carriesCaptions,
  chooseCaptionChannels,
  decodeCaptions,
  findCaptionPairs,
  parseCaptionTriplets,
} from './closed-captions.ts';
import { discardOtherTracks, type OpenMedia } from './node-av-open.ts';
import { findPacketTimeMs } from './node-av-seek.ts';

/** Pictures among which captions are looked for: encoders that write them do so all the time, even if nothing is said. */
const MAX_SEARCHED_PICTURES = 60;
/** Pictures among which the channels of captions are looked for, in a file that has captions. */
const MAX_CAPTIONED_PICTURES = 900;
const LINE_21_CODEC = 'eia_608';
const toCodecName = (channel: CaptionChannel) => (channel.startsWith('CC') ? LINE_21_CODEC : 'cta_708');

const codecNameOf = (stream: Stream) => avGetCodecName(stream.codecpar.codecId) ?? '';

/** Returns the index that a probe gives to captions inside a video track: after all tracks of the container. */
const toCaptionIndex = (streams: readonly Stream[], channel: CaptionChannel) =>
  streams.length + CAPTION_CHANNELS.indexOf(channel);

/** Returns the caption channel that an index of a probe stands for; undefined for a track of the container. */
export function findCaptionChannel({ streams }: OpenMedia, index: number): CaptionChannel | undefined {
  return CAPTION_CHANNELS[index - streams.length];
}

/** Yields the packets of one track with their times, ms. A packet is valid until the next one is requested. */
async function* readTrack(media: OpenMedia, stream: Stream, signal: AbortSignal) {
  const packet = new Packet();
  packet.alloc();
  const yieldToEventLoop = createAbortableYield(signal);
  try {
    discardOtherTracks(media, [stream]);
    while (media.read(packet)) {
      const timeMs = findPacketTimeMs(packet, stream, media.originUs);
      const data = packet.streamIndex === stream.index ? packet.data : undefined;
      if (data && timeMs !== undefined) yield { data, timeMs };
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
    }
  } finally {
    packet.free();
  }
}

/** Looks for captions inside the chosen video track. Opens the file once more, because that moves the demuxer. */
export async function findCaptionTracks(
  { video, streams }: OpenMedia,
  reopen: () => Promise<OpenMedia>,
  signal: AbortSignal,
): Promise<readonly StreamInfo[]> {
  if (!video || !CAPTIONED_CODECS.includes(codecNameOf(video))) return [];
  const media = await reopen();
  const pairs: CaptionPair[] = [];
  let pictureCount = 0;
  let hasCaptions = false;
  try {
    const stream = media.streams[video.index] ?? video;
    for await (const { data, timeMs } of readTrack(media, stream, signal)) {
      hasCaptions ||= carriesCaptions(data);
      const found = findCaptionPairs(codecNameOf(video), data);
      pairs.push(...found.map((pair) => ({ ...pair, timeMs })));
      pictureCount += 1;
      if (pictureCount >= (hasCaptions ? MAX_CAPTIONED_PICTURES : MAX_SEARCHED_PICTURES)) break;
    }
  } finally {
    await media.close();
  }
  if (!hasCaptions) return [];
  return chooseCaptionChannels(pairs).map((channel) => ({
    index: toCaptionIndex(streams, channel),
    kind: 'subtitle',
    codec: toCodecName(channel),
    title: channel,
    textual: true,
  }));
}

/** Returns whether a track holds captions of its own, as QuickTime files do. */
export const isCaptionTrack = (stream: Stream) => stream.codecpar.codecId === AV_CODEC_ID_EIA_608;

/** Reads the captions of one channel, inside a track of pictures or from a track of their own. */
export async function readCaptions(
  media: OpenMedia,
  stream: Stream,
  channel: CaptionChannel,
  signal: AbortSignal,
): Promise<readonly Cue[]> {
  const codec = codecNameOf(stream);
  const pairs: CaptionPair[] = [];
  for await (const { data, timeMs } of readTrack(media, stream, signal)) {
    const found = codec === LINE_21_CODEC ? parseCaptionTriplets(data) : findCaptionPairs(codec, data);
    pairs.push(...found.map((pair) => ({ ...pair, timeMs })));
  }
  return decodeCaptions(pairs, channel);
}
