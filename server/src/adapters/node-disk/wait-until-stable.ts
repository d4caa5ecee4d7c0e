import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { MediaFailureError } from '../../core/errors/media-failure.ts';
import type { FileStat } from '../../ports/disk.ts';
import { toFileFailure, toNotAFileFailure } from './file-failures.ts';
import { readFully, withOpenFile } from './hash-file.ts';
import { toChangeStamp } from './list-folder.ts';

export interface StabilityOptions {
  /** Time without a change of size and modification time after which a file counts as complete, in ms. */
  readonly quietMs: number;
  /** Maximum time to wait for that, in ms. */
  readonly stableTimeoutMs: number;
}

/** Returns size and time of a regular file, or undefined if it does not exist. Rejects with MediaFailureError otherwise. */
export async function findFileStat(path: string | Buffer): Promise<FileStat | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return undefined;
    return { bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs), changeStamp: toChangeStamp(stats) };
  } catch (error) {
    const failure = toFileFailure(error, path.toString());
    if (failure.failure.kind === 'missing') return undefined;
    throw failure;
  }
}

/**
 * Waits until a file no longer changes and its last byte can be read. Returns immediately if the last change is longer
 * ago than `quietMs`. Rejects with MediaFailureError: `missing`, `noPermission`, or `unfinished` if it keeps changing.
 */
export async function waitUntilStable(
  path: string | Buffer,
  { quietMs, stableTimeoutMs }: StabilityOptions,
  signal: AbortSignal,
): Promise<FileStat> {
  const displayPath = path.toString();
  const requireStat = async () => {
    const stats = await findFileStat(path);
    if (stats !== undefined) return stats;
    await stat(path).catch((error: unknown) => {
      throw toFileFailure(error, displayPath);
    });
    throw toNotAFileFailure(displayPath);
  };
  const startedMs = Date.now();
  let lastStats = await requireStat();
  let unchangedSinceMs = Math.min(lastStats.modifiedMs, startedMs);
  while (Date.now() - unchangedSinceMs < quietMs) {
    if (Date.now() - startedMs > stableTimeoutMs) {
      throw new MediaFailureError({
        kind: 'unfinished',
        reason: `${displayPath}: it is still being written.`,
        remedy: 'Goldfish retries when it changes.',
      });
    }
    await pause(Math.min(100, quietMs), undefined, { signal }).catch(() => signal.throwIfAborted());
    const stats = await requireStat();
    if (stats.bytes !== lastStats.bytes || stats.modifiedMs !== lastStats.modifiedMs)
      unchangedSinceMs = Date.now();
    lastStats = stats;
  }
  await withOpenFile(path, signal, async (file, bytes) => {
    if (bytes > 0) await readFully(file, Buffer.alloc(1), bytes - 1);
  });
  return lastStats;
}
