import { readFragmentedMp4 } from './fragmented-mp4-layout.ts';
import { readMatroska } from './matroska-layout.ts';
import type { LayoutSteps, RecordingLayout } from './recording-layout.ts';
import { isTransportStream, readTransportStream } from './transport-stream-layout.ts';

/** Number of bytes that show which container a file is. */
const HEAD_BYTES = 4096;

/**
 * Finds the parts of a Matroska, WebM, fragmented MP4 or MPEG-TS file. Returns undefined for any other file: what a
 * recorder has written of it cannot be read before it is closed. `known`: an earlier look at the file, after which it goes on.
 */
export function* readRecordingLayout(fileBytes: number, known?: RecordingLayout): LayoutSteps {
  const head = yield { offset: 0, length: HEAD_BYTES };
  if (head.length < 16) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0) === 0x1a45dfa3) return yield* readMatroska(fileBytes, known);
  if (view.getUint32(4) === 0x66747970) return yield* readFragmentedMp4(fileBytes, known);
  if (isTransportStream(head)) return yield* readTransportStream(fileBytes);
  return undefined;
}
