import type { Ms } from '../domain/time-range.ts';
import type { ByteBlock } from '../library/content-sampling.ts';
import type { RecordingLayout } from './recording-layout.ts';

/** What is known of a file that may be a recording in progress. */
export interface RecordingFacts {
  readonly bytes: number;
  /** Time since the last write. */
  readonly quietMs: Ms;
  /** Time since the file was created, or since it was first seen if the file system does not know that. */
  readonly ageMs: Ms;
  readonly layout: RecordingLayout | undefined;
}

/** Size from which a file counts as a recording. Shorter ones have too few bytes to recognise them again. */
const MIN_RECORDING_BYTES = 64 * 1024;
/** Media that a file may hold at its creation: what a recorder collected before it wrote, as a replay buffer does. */
const MAX_HEAD_START_MS = 15_000;
/** Factor by which a file may hold more media than time has passed. Beyond it, it is a copy. */
const MAX_SPEED = 2;
/** Time without a write after which a recording counts as closed, by a crash or a pause. If it goes on, it is followed again. */
const CLOSED_AFTER_MS = 10_000;

/**
 * Returns whether a file that is being written is a recording whose parts can be indexed. A copy or download of a finished
 * file is none: it states its length, or it grows faster than time passes. It is indexed when it is complete.
 */
export function isRecording({ bytes, ageMs, layout }: RecordingFacts): boolean {
  if (layout === undefined || layout.isFinished || bytes < MIN_RECORDING_BYTES) return false;
  const [first] = layout.parts;
  const last = layout.parts.at(-1);
  if (first === undefined || last === undefined) return false;
  return last.timeMs - first.timeMs <= MAX_HEAD_START_MS + MAX_SPEED * Math.max(0, ageMs);
}

/** Returns whether the recorder has closed the file, as the file says or because nothing was written for a while. */
export function isClosed({ quietMs, layout }: RecordingFacts): boolean {
  return layout?.isFinished !== false || quietMs >= CLOSED_AFTER_MS;
}

/** A recorder may correct this many bytes at the beginning when it closes the file: lengths, positions, dates. */
const HEADER_BYTES = 4096;
const BLOCK_BYTES = 4096;
const MAX_BLOCKS = 16;
/** Share of the blocks that must be as before. Recorders correct a few bytes in the middle, too. */
const MIN_EQUAL_SHARE = 0.75;

/** Returns the blocks by which the first `bytes` of a recording are recognised when it has grown. */
export function chooseGrowthBlocks(bytes: number): readonly ByteBlock[] {
  const start = Math.min(HEADER_BYTES, Math.floor(bytes / 2));
  const count = Math.min(MAX_BLOCKS, Math.floor((bytes - start) / BLOCK_BYTES));
  if (count < 2) return bytes > start ? [{ offset: start, length: bytes - start }] : [];
  return Array.from({ length: count }, (_, i) => ({
    offset: start + Math.floor(((bytes - start - BLOCK_BYTES) * i) / (count - 1)),
    length: BLOCK_BYTES,
  }));
}

/** Returns whether a file still begins with what a recording contained, given the hashes of its blocks then and now. */
export function isContinued(before: readonly string[], now: readonly string[]): boolean {
  const equalCount = before.filter((hash, i) => hash === now[i]).length;
  return before.length > 0 && equalCount >= before.length * MIN_EQUAL_SHARE;
}
