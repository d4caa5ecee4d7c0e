import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FailureError } from '../../core/failure.ts';
import type { FileStat } from '../../ports/disk.ts';
import { failureOf, notAFile } from './failures.ts';
import { readFully, reading } from './hash.ts';

export interface Patience {
  /** A file whose size and time stood still this long is taken to be complete, ms. */
  readonly quietMs: number;
  /** How long to wait for that, ms. */
  readonly patienceMs: number;
}

/** Size and time of a regular file; undefined where there is none. Rejects with FailureError for all else. */
export async function statOf(path: string | Buffer): Promise<FileStat | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? { bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) } : undefined;
  } catch (error) {
    const failure = failureOf(error, path.toString());
    if (failure.failure.kind === 'missing') return undefined;
    throw failure;
  }
}

/**
 * Waits until a file stands still and its last byte can be read. A file last written longer ago than the quiet time
 * is not waited for. Rejects with FailureError: `missing`, `noPermission`, or `truncated` where it goes on changing.
 */
export async function stable(
  path: string | Buffer,
  { quietMs, patienceMs }: Patience,
  signal: AbortSignal,
): Promise<FileStat> {
  const shown = path.toString();
  const present = async () => {
    const now = await statOf(path);
    if (now !== undefined) return now;
    await stat(path).catch((error: unknown) => {
      throw failureOf(error, shown);
    });
    throw notAFile(shown);
  };
  const started = Date.now();
  let last = await present();
  let still = Math.min(last.modifiedMs, started);
  while (Date.now() - still < quietMs) {
    if (Date.now() - started > patienceMs) {
      throw new FailureError({
        kind: 'truncated',
        reason: `${shown}: it is still being written.`,
        remedy: 'It is tried again when it changes; index it again once it is complete.',
      });
    }
    await pause(Math.min(100, quietMs), undefined, { signal }).catch(() => signal.throwIfAborted());
    const now = await present();
    if (now.bytes !== last.bytes || now.modifiedMs !== last.modifiedMs) still = Date.now();
    last = now;
  }
  await reading(path, signal, async (file, bytes) => {
    if (bytes > 0) await readFully(file, Buffer.alloc(1), bytes - 1);
  });
  return last;
}
