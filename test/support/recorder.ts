import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { readRecordingLayout } from '../../server/src/core/recording/read-recording-layout.ts';
import type { RecordingLayout } from '../../server/src/core/recording/recording-layout.ts';

/** Reads the layout of a file that is in memory. */
export function layoutOf(bytes: Uint8Array): RecordingLayout | undefined {
  const steps = readRecordingLayout(bytes.length);
  let step = steps.next();
  while (!step.done) {
    const { offset, length } = step.value;
    step = steps.next(bytes.subarray(offset, Math.max(offset, Math.min(bytes.length, offset + length))));
  }
  return step.value;
}

/**
 * Returns a finished Matroska file as its recorder left it before closing it: without a length, an index and the size of
 * its segment, which are written at the end.
 */
export function unfinishedMatroska(finished: Uint8Array): Buffer {
  const bytes = Buffer.from(finished);
  const segment = bytes.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67]));
  Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).copy(bytes, segment + 4);
  const duration = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]));
  // An element of the same size without meaning.
  Buffer.concat([Buffer.from([0xec, 0x89]), Buffer.alloc(9)]).copy(bytes, duration);
  return bytes.subarray(0, layoutOf(bytes)?.endByte);
}

/** Returns the size of a recording after so many seconds: up to the next place from which it can be read. */
function bytesAfter(recording: Uint8Array, seconds: number): number {
  const { parts, endByte } = layoutOf(recording) ?? { parts: [], endByte: 0 };
  const firstMs = parts[0]?.timeMs ?? 0;
  return parts.find(({ timeMs }) => timeMs - firstMs >= seconds * 1000)?.byte ?? endByte;
}

/** A recorder that has written the beginning of a file, and adds to it when a test says so. */
export function startRecorder(path: string, recording: Uint8Array, seconds: number) {
  let at = bytesAfter(recording, seconds);
  appendFileSync(path, recording.subarray(0, at));
  return {
    /** Adds what follows, up to a time or to the end. */
    recordTo(untilSeconds: number): void {
      const end = bytesAfter(recording, untilSeconds);
      appendFileSync(path, recording.subarray(at, end));
      at = end;
    },
    /** Writes the rest, and corrects the beginning. */
    finish(finished: Uint8Array): void {
      appendFileSync(path, finished.subarray(at));
      const file = openSync(path, 'r+');
      writeSync(file, finished.subarray(0, at), 0, 4096, 0);
      closeSync(file);
    },
  };
}
