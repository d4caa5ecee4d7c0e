import type { Ms } from '../domain/time-range.ts';

/** One subtitle of a track: when it appears, and where it is in the `.sub` file. */
interface VobsubEntry {
  readonly timeMs: Ms;
  readonly byte: number;
}

/** A track of an `.idx` file. */
export interface VobsubTrack {
  /** Language as the file states it; undefined if it states none. */
  readonly language: string | undefined;
  /** In time order. */
  readonly entries: readonly VobsubEntry[];
}

/** Subtitles of a track that are read at most: a film has 2,000. */
const MAX_ENTRIES = 50_000;
const LANGUAGE_LINE = /^id:\s*([a-z]{2,3})?/i;
const TIMESTAMP_LINE = /^timestamp:\s*(-?)(\d+):(\d+):(\d+)[:.,](\d+),\s*filepos:\s*([\da-f]+)/i;
const DELAY_LINE = /^delay:\s*([+-]?)(\d+):(\d+):(\d+)[:.,](\d+)/i;

const toMs = ([sign, hours, minutes, seconds, ms]: readonly string[]) =>
  (sign === '-' ? -1 : 1) *
  ((Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(ms));

/** Parses an `.idx` file. Returns its tracks with subtitles, in order. Lines that it does not know are skipped. */
export function parseVobsubIndex(text: string): readonly VobsubTrack[] {
  const tracks: { language: string | undefined; entries: VobsubEntry[] }[] = [];
  let delayMs = 0;
  for (const line of text.split(/\r?\n|\r/)) {
    const language = LANGUAGE_LINE.exec(line);
    if (language) {
      const code = language[1]?.toLowerCase();
      // VobSub writes two hyphens for an unknown language.
      tracks.push({ language: code, entries: [] });
      delayMs = 0;
      continue;
    }
    const delay = DELAY_LINE.exec(line);
    if (delay) delayMs += toMs(delay.slice(1));
    const timestamp = TIMESTAMP_LINE.exec(line);
    if (!timestamp) continue;
    if (tracks.length === 0) tracks.push({ language: undefined, entries: [] });
    const entries = tracks.at(-1)?.entries;
    const timeMs = Math.max(0, toMs(timestamp.slice(1)) + delayMs);
    if (entries !== undefined && entries.length < MAX_ENTRIES)
      entries.push({ timeMs, byte: Number.parseInt(timestamp[6] ?? '', 16) });
  }
  return tracks
    .filter(({ entries }) => entries.length > 0)
    .map(({ language, entries }) => ({ language, entries: entries.sort((a, b) => a.timeMs - b.timeMs) }));
}

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
const PACK = 0xba;
const PRIVATE_STREAM = 0xbd;
const END = 0xb9;

/**
 * Joins the parts of the subtitle at the start of a piece of a `.sub` file, which is an MPEG program stream. Returns undefined
 * if there is none, or if the piece ends too early.
 */
export function joinVobsubPacket(piece: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let size = 0;
  let wantedSize = 2;
  let track: number | undefined;
  for (let at = 0; at + 6 <= piece.length && size < wantedSize; ) {
    if (piece[at] !== 0 || piece[at + 1] !== 0 || piece[at + 2] !== 1) {
      at += 1;
      continue;
    }
    const code = piece[at + 3];
    if (code === END) break;
    if (code === PACK) {
      const isMpeg2 = ((piece[at + 4] ?? 0) & 0xc0) === 0x40;
      at += isMpeg2 ? 14 + ((piece[at + 13] ?? 0) & 7) : 12;
      continue;
    }
    const end = at + 6 + wordAt(piece, at + 4);
    if (code === PRIVATE_STREAM) {
      const start = at + 9 + (piece[at + 8] ?? 0);
      const isOfTrack = track === undefined || piece[start] === track;
      if (start < end && isOfTrack && ((piece[start] ?? 0) & 0xe0) === 0x20) {
        track = piece[start];
        parts.push(piece.subarray(start + 1, end));
        size += Math.max(0, Math.min(end, piece.length) - start - 1);
        if (parts[0] !== undefined && parts[0].length >= 2) wantedSize = Math.max(2, wordAt(parts[0], 0));
      }
    }
    at = end;
  }
  const joined = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return size > 2 && size >= wantedSize ? joined.subarray(0, wantedSize) : undefined;
}
