import type { Buffer } from 'node:buffer';

const EBML_HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** Reads an element's size at a position: its value (undefined if the file leaves it open) and its own length. */
function readSize(head: Buffer, at: number): { readonly value: number | undefined; readonly length: number } {
  const first = head[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > head.length) return { value: undefined, length: 1 };
  let value = first & (0xff >> length);
  let isOpen = value === 0xff >> length;
  for (const byte of head.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    isOpen &&= byte === 0xff;
  }
  return { value: isOpen ? undefined : value, length };
}

/**
 * Returns where the first segment of a Matroska or WebM file ends, in bytes. Undefined if the file does not say so.
 * More after it is another recording that was appended.
 */
export function findSegmentEnd(head: Buffer): number | undefined {
  if (head.length < 16 || head.readUInt32BE(0) !== EBML_HEADER) return undefined;
  const header = readSize(head, 4);
  const segmentAt = 4 + header.length + (header.value ?? 0);
  if (segmentAt + 12 > head.length || head.readUInt32BE(segmentAt) !== SEGMENT) return undefined;
  const segment = readSize(head, segmentAt + 4);
  return segment.value === undefined ? undefined : segmentAt + 4 + segment.length + segment.value;
}
