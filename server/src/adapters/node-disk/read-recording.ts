import type { FileHandle } from 'node:fs/promises';
import { fileUriToPath } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import { readRecordingLayout } from '../../core/recording/read-recording-layout.ts';
import type { RecordingLayout } from '../../core/recording/recording-layout.ts';
import type { RecordingReading } from '../../ports/disk.ts';
import { readFully, withOpenFile } from './hash-file.ts';
import { toChangeStamp } from './list-folder.ts';

/** Reads where the parts of a recording are. The file may be longer by now than `bytes`. */
export async function readLayout(
  file: FileHandle,
  bytes: number,
  signal: AbortSignal,
): Promise<RecordingLayout | undefined> {
  const steps = readRecordingLayout(bytes);
  let step = steps.next();
  while (!step.done) {
    signal.throwIfAborted();
    const { offset, length } = step.value;
    const block = Buffer.alloc(Math.max(0, Math.min(length, bytes - offset)));
    step = steps.next(block.subarray(0, await readFully(file, block, offset)));
  }
  return step.value;
}

/** Maximum number of files whose first sight is remembered. */
const MAX_SEEN_FILES = 256;

/**
 * Creates a function that reads how far a file has been written. It remembers when it first saw a file, because some
 * file systems do not know when one was created.
 */
export function createRecordingReader(): (uri: Uri, signal: AbortSignal) => Promise<RecordingReading> {
  const firstSeenMs = new Map<string, number>();
  return (uri, signal) =>
    withOpenFile(fileUriToPath(uri), signal, async (file) => {
      const stats = await file.stat();
      const nowMs = Date.now();
      const key = `${stats.dev}:${stats.ino}`;
      if (!firstSeenMs.has(key)) {
        const [oldest] = firstSeenMs.keys();
        if (firstSeenMs.size >= MAX_SEEN_FILES && oldest !== undefined) firstSeenMs.delete(oldest);
        firstSeenMs.set(key, nowMs);
      }
      const createdMs = Math.min(
        stats.birthtimeMs > 0 ? stats.birthtimeMs : nowMs,
        firstSeenMs.get(key) ?? nowMs,
      );
      return {
        bytes: stats.size,
        modifiedMs: Math.floor(stats.mtimeMs),
        changeStamp: toChangeStamp(stats),
        quietMs: Math.max(0, nowMs - stats.mtimeMs),
        ageMs: Math.max(0, nowMs - createdMs),
        layout: await readLayout(file, stats.size, signal),
      };
    });
}
