import type { LayoutSteps, RecordingLayout, RecordingPart } from './recording-layout.ts';

/** Bytes read at once while elements are passed over. */
const WINDOW_BYTES = 4096;
/**
 * Number of elements that are looked at in one go, so that no file keeps the daemon busy. A recording with more is read on
 * in the next go. A cluster of Matroska that was left open has about 70 a second, a file of fragments 2.
 */
const MAX_ELEMENTS = 250_000;

/** Reads the elements (boxes) of a file one by one. */
export interface ElementReader {
  /** Reads bytes through a window, so that small elements in a row cost one read. */
  readBytes(offset: number, length: number): LayoutSteps<Uint8Array>;
  /** Counts an element. Returns false when this go has looked at enough of them. */
  takes(): boolean;
}

export function createElementReader(): ElementReader {
  let startByte = 0;
  let bytes = new Uint8Array();
  let elementCount = 0;
  return {
    *readBytes(offset, length) {
      if (offset < startByte || offset + length > startByte + bytes.length) {
        startByte = offset;
        bytes = new Uint8Array(yield { offset, length: Math.max(length, WINDOW_BYTES) });
      }
      return bytes.subarray(offset - startByte, offset - startByte + length);
    },
    takes() {
      elementCount += 1;
      return elementCount <= MAX_ELEMENTS;
    },
  };
}

/** Where reading goes on: the parts before that place, and its byte. */
interface ResumePoint {
  readonly parts: readonly RecordingPart[];
  readonly byte: number;
}

/**
 * Returns where to go on after an earlier look at the file: at its last part. Undefined if there was none, or if another
 * file is there now. `readTime` returns the time of the part at a byte.
 */
export function* findResumePoint(
  known: RecordingLayout | undefined,
  headBytes: number,
  readTime: (byte: number) => LayoutSteps<number | undefined>,
): LayoutSteps<ResumePoint | undefined> {
  const last = known?.parts.at(-1);
  if (known?.headBytes !== headBytes || last === undefined) return undefined;
  return (yield* readTime(last.byte)) === last.timeMs
    ? { parts: known.parts.slice(0, -1), byte: last.byte }
    : undefined;
}
