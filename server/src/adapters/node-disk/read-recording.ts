import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { fileUriToPath } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import { readRecordingLayout } from '../../core/recording/read-recording-layout.ts';
import type { RecordingLayout } from '../../core/recording/recording-layout.ts';
import type { RecordingReading } from '../../ports/disk.ts';
import { readFully, withOpenFile } from './hash-file.ts';
import { toChangeStamp } from './list-folder.ts';

/**
 * Reads where the parts of a recording are, going on after an earlier look. The file may be longer by now than `bytes`. A
 * file with very many parts takes several looks.
 */
async function readLayout(
  file: FileHandle,
  bytes: number,
  known: RecordingLayout | undefined,
  signal: AbortSignal,
): Promise<RecordingLayout | undefined> {
  const steps = readRecordingLayout(bytes, known);
  let step = steps.next();
  while (!step.done) {
    signal.throwIfAborted();
    const { offset, length } = step.value;
    const block = Buffer.alloc(Math.max(0, Math.min(length, bytes - offset)));
    step = steps.next(block.subarray(0, await readFully(file, block, offset)));
  }
  return step.value;
}

/** Maximum number of files that are remembered. */
const MAX_SEEN_FILES = 256;

/** Adds an entry. The oldest one gives way. */
function remember<T>(entries: Map<string, T>, key: string, value: T): void {
  entries.delete(key);
  entries.set(key, value);
  const [oldest] = entries.keys();
  if (entries.size > MAX_SEEN_FILES && oldest !== undefined) entries.delete(oldest);
}

const keyOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/**
 * Creates a function that looks at where the parts of a recording are. It remembers what it saw, because a recording is
 * looked at every few seconds and may have thousands of parts. `isWhole`: as many looks as it takes.
 */
export function createLayoutReader() {
  const layouts = new Map<string, RecordingLayout>();
  return async (
    file: FileHandle,
    stats: Stats,
    signal: AbortSignal,
    { isWhole = false } = {},
  ): Promise<RecordingLayout | undefined> => {
    for (;;) {
      const known = layouts.get(keyOf(stats));
      const layout = await readLayout(file, stats.size, known, signal);
      if (layout !== undefined) remember(layouts, keyOf(stats), layout);
      const isFurther = layout !== undefined && layout.endByte > (known?.endByte ?? 0);
      if (!isWhole || !isFurther) return layout;
    }
  };
}

/**
 * Creates a function that reads how far a file has been written. It remembers when it first saw a file, because some
 * file systems do not know when one was created.
 */
export function createRecordingReader(): (uri: Uri, signal: AbortSignal) => Promise<RecordingReading> {
  const firstSeenMs = new Map<string, number>();
  const readLayoutOf = createLayoutReader();
  return (uri, signal) =>
    withOpenFile(fileUriToPath(uri), signal, async (file) => {
      const stats = await file.stat();
      const nowMs = Date.now();
      const key = keyOf(stats);
      if (!firstSeenMs.has(key)) remember(firstSeenMs, key, nowMs);
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
        layout: await readLayoutOf(file, stats, signal),
      };
    });
}
