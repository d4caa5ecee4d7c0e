import { Buffer } from 'node:buffer';
import type { Cue } from '../../core/domain/cue.ts';

/** Contents of one subtitle packet, including markup. */
export interface PacketCue {
  readonly text: string;
  readonly speaker?: string;
}

const decoder = new TextDecoder('utf-8');

/**
 * Parses an event of an ASS track as Matroska stores it: eight fields, then the text, which may contain
 * commas.
 */
function parseAssPacket(line: string): PacketCue {
  const fields = line.split(',');
  const text = fields
    .slice(8)
    .join(',')
    .replaceAll('\\N', '\n')
    .replaceAll('\\n', '\n')
    .replaceAll('\\h', ' ');
  const speaker = fields[3]?.trim();
  return speaker ? { text, speaker } : { text };
}

/** Parses a packet of a text subtitle track, given libav's name of its codec. */
export function parsePacketCue(codec: string, packet: Uint8Array): PacketCue {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  if (codec === 'mov_text') {
    // A length, the text, then boxes with styling.
    const length = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
    const text = bytes.subarray(2, 2 + length);
    const isUtf16 = text.length > 1 && text[0] === 0xfe && text[1] === 0xff;
    return { text: (isUtf16 ? new TextDecoder('utf-16be') : decoder).decode(text) };
  }
  const text = decoder.decode(bytes).replace(/\0+$/, '');
  return codec === 'ass' ? parseAssPacket(text) : { text };
}

/** Maximum duration of a cue without an end, ms. It lasts until the next cue. */
const OPEN_END_MS = 10_000;

/** Returns cues in time order, each with an end. */
export function toClosedCues(cues: readonly Cue[]): readonly Cue[] {
  const sortedCues = cues.toSorted((a, b) => a.startMs - b.startMs);
  return sortedCues.map((cue, at) =>
    cue.endMs > cue.startMs
      ? cue
      : {
          ...cue,
          endMs: Math.min(sortedCues[at + 1]?.startMs ?? Number.POSITIVE_INFINITY, cue.startMs + OPEN_END_MS),
        },
  );
}
