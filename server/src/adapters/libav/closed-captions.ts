import { Buffer } from 'node:buffer';
import { type CaptionScreen, Cta608Parser } from '@svta/cml-608';
import type { Cue } from '../../core/domain/cue.ts';
import { type DtvccPair, decodeDtvcc, listDtvccServices } from '../../core/media/dtvcc-decoder.ts';

/** The channels of 608 captions that broadcasters use: the main language, and mostly Spanish. */
const LINE_21_CHANNELS = ['CC1', 'CC3'] as const;
/** The services of 708 captions. The first two mostly repeat the channels of 608. */
const SERVICES = ['Service 1', 'Service 2', 'Service 3', 'Service 4', 'Service 5', 'Service 6'] as const;
/** What captions inside pictures may contain, in the order of their tracks. */
export const CAPTION_CHANNELS = [...LINE_21_CHANNELS, ...SERVICES] as const;
export type CaptionChannel = (typeof CAPTION_CHANNELS)[number];

/** Two bytes of captions, with the time of their picture. */
export interface CaptionPair {
  readonly timeMs: number;
  /** Field of 608, or 708 with all its services. */
  readonly channel: (typeof LINE_21_CHANNELS)[number] | '708';
  readonly bytes: readonly [number, number];
  /** Set if a packet of 708 begins here. */
  readonly startsPacket?: boolean;
}

type UntimedPair = Omit<CaptionPair, 'timeMs'>;

/** The codecs whose packets carry captions. */
export const CAPTIONED_CODECS: readonly string[] = ['h264', 'hevc', 'mpeg2video'];

/** User data of ATSC A/53, which broadcasters and live streams use, and of DVDs. */
const ATSC_MARK = Buffer.from('GA94\x03', 'latin1');
const DVD_MARK = Buffer.from('CC\x01\xf8', 'latin1');
/** Bytes of user data at most: 31 triplets and a header. */
const MAX_USER_DATA_BYTES = 128;

/** Returns whether a packet of pictures has a place for captions, even if nothing is said there. */
export function carriesCaptions(packet: Uint8Array): boolean {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  return bytes.includes(ATSC_MARK) || bytes.includes(DVD_MARK);
}

/** Removes the bytes that H.264 and HEVC insert so that data does not look like a start code. */
function removeEmulationPrevention(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(byte === 3 && at > 1 && bytes[at - 1] === 0 && bytes[at - 2] === 0));
}

/** Returns a pair of 608 unless it is only padding. */
function toPair(channel: (typeof LINE_21_CHANNELS)[number], first = 0, second = 0): readonly UntimedPair[] {
  return (first & 0x7f) === 0 && (second & 0x7f) === 0 ? [] : [{ channel, bytes: [first, second] }];
}

/** Parses triplets of ATSC: a flag byte that names the field of 608, or 708; then two bytes. */
export function parseCaptionTriplets(triplets: Uint8Array): readonly UntimedPair[] {
  const pairs: UntimedPair[] = [];
  for (let at = 0; at + 2 < triplets.length; at += 3) {
    const flags = triplets[at] ?? 0;
    const isValid = (flags & 0x04) !== 0;
    if (!isValid) continue;
    const type = flags & 0x03;
    const channel = LINE_21_CHANNELS[type];
    const [first = 0, second = 0] = triplets.subarray(at + 1, at + 3);
    if (channel) pairs.push(...toPair(channel, first, second));
    else pairs.push({ channel: '708', bytes: [first, second], startsPacket: type === 3 });
  }
  return pairs;
}

/** Parses the captions of a DVD: pairs behind FF for the first field and FE for the second. */
function parseDvdCaptions(data: Uint8Array): readonly UntimedPair[] {
  const pairs: UntimedPair[] = [];
  for (let at = 1; at + 2 < data.length && (data[at] === 0xff || data[at] === 0xfe); at += 3)
    pairs.push(...toPair(data[at] === 0xff ? 'CC1' : 'CC3', data[at + 1], data[at + 2]));
  return pairs;
}

/** Returns the captions inside a packet of pictures. */
export function findCaptionPairs(codec: string, packet: Uint8Array): readonly UntimedPair[] {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  const pairs: UntimedPair[] = [];
  for (let at = bytes.indexOf(ATSC_MARK); at >= 0; at = bytes.indexOf(ATSC_MARK, at + ATSC_MARK.length)) {
    const coded = bytes.subarray(at + ATSC_MARK.length, at + ATSC_MARK.length + MAX_USER_DATA_BYTES);
    const data = codec === 'mpeg2video' ? coded : removeEmulationPrevention(coded);
    const tripletCount = (data[0] ?? 0) & 0x1f;
    pairs.push(...parseCaptionTriplets(data.subarray(2, 2 + 3 * tripletCount)));
  }
  if (codec !== 'mpeg2video') return pairs;
  const dvdAt = bytes.indexOf(DVD_MARK);
  return dvdAt < 0 ? pairs : [...pairs, ...parseDvdCaptions(bytes.subarray(dvdAt + DVD_MARK.length))];
}

/** Returns the pairs of 708 in the order of display. */
function toDtvccPairs(pairs: readonly CaptionPair[]): readonly DtvccPair[] {
  return pairs
    .filter(({ channel }) => channel === '708')
    .toSorted((a, b) => a.timeMs - b.timeMs)
    .map(({ timeMs, bytes, startsPacket = false }) => ({ timeMs, bytes, startsPacket }));
}

/**
 * Returns the channels to read, from the pairs of the first pictures: those with text. Services that repeat a channel of 608 are
 * left out. If nothing is said yet, CC1 is read, and the first service if there is any 708.
 */
export function chooseCaptionChannels(pairs: readonly CaptionPair[]): readonly CaptionChannel[] {
  const fields = LINE_21_CHANNELS.filter((channel) => pairs.some((pair) => pair.channel === channel));
  const services = listDtvccServices(toDtvccPairs(pairs));
  const newServices = SERVICES.filter((_, at) => {
    const repeated = LINE_21_CHANNELS[at];
    return services.has(at + 1) && (repeated === undefined || !fields.includes(repeated));
  });
  const hasServices = pairs.some(({ channel }) => channel === '708');
  // The second field alone would be unusual: nothing is said in the first one yet.
  if (newServices.length === 0 && !fields.includes('CC1'))
    return ['CC1', ...fields, ...(hasServices ? [SERVICES[0]] : [])];
  return [...fields, ...newServices];
}

/** Decodes the captions of one channel into cues. Pairs may come in the order of decoding. */
export function decodeCaptions(pairs: readonly CaptionPair[], channel: CaptionChannel): readonly Cue[] {
  const service = CAPTION_CHANNELS.indexOf(channel) - LINE_21_CHANNELS.length;
  return service >= 0 ? decodeDtvcc(toDtvccPairs(pairs), service + 1) : decodeLine21(pairs, channel);
}

/** Decodes a channel of 608 captions. */
function decodeLine21(pairs: readonly CaptionPair[], channel: CaptionChannel): readonly Cue[] {
  const cues: Cue[] = [];
  const handler = {
    newCue(startMs: number, endMs: number, screen: CaptionScreen) {
      const text = screen.getDisplayText(false).trim();
      if (text)
        cues.push({
          startMs: Math.max(0, Math.round(startMs)),
          endMs: Math.max(0, Math.round(endMs)),
          text,
          kind: 'speech',
        });
    },
  };
  const ignored = { newCue: () => undefined };
  const parser = new Cta608Parser(channel === 'CC1' ? 1 : 3, handler, ignored);
  const sortedPairs = pairs
    .filter((pair) => pair.channel === channel)
    .toSorted((a, b) => a.timeMs - b.timeMs);
  for (const { timeMs, bytes } of sortedPairs) {
    try {
      parser.addData(timeMs, [...bytes]);
    } catch {
      // The parser throws on some sequences that only damaged captions contain. The next caption is intact again.
    }
  }
  const lastMs = sortedPairs.at(-1)?.timeMs;
  if (lastMs !== undefined) parser.cueSplitAtTime(lastMs);
  return cues;
}
