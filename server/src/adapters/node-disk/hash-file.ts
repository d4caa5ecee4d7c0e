import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { chooseSampleBlocks } from '../../core/library/content-sampling.ts';
import { chooseGrowthBlocks } from '../../core/recording/judge-growth.ts';
import { toFileFailure, toNotAFileFailure } from './file-failures.ts';

/** Number of bytes read and hashed at a time, which takes about a millisecond. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Returns the hash of the sampled blocks and the size, in hex. `prefixBytes`: as if the file ended there. Rejects with
 * MediaFailureError.
 */
export function hashSample(
  path: string | Buffer,
  signal: AbortSignal,
  prefixBytes?: number,
): Promise<string> {
  return withOpenFile(path, signal, async (file, fileBytes) => {
    const bytes = Math.min(fileBytes, prefixBytes ?? fileBytes);
    const hash = createHash('sha256').update(`${bytes}\n`);
    for (const { offset, length } of chooseSampleBlocks(bytes)) {
      signal.throwIfAborted();
      const block = Buffer.allocUnsafe(length);
      hash.update(block.subarray(0, await readFully(file, block, offset)));
    }
    return hash.digest('hex');
  });
}

/** Returns hashes of blocks of the first `bytes` of a file, in hex. Rejects with MediaFailureError. */
export function hashGrowthBlocks(
  path: string | Buffer,
  bytes: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return withOpenFile(path, signal, async (file) => {
    const hashes: string[] = [];
    for (const { offset, length } of chooseGrowthBlocks(bytes)) {
      signal.throwIfAborted();
      const block = Buffer.allocUnsafe(length);
      const filledBlock = block.subarray(0, await readFully(file, block, offset));
      hashes.push(createHash('sha256').update(filledBlock).digest('hex').slice(0, 16));
    }
    return hashes;
  });
}

/** Returns the hash of all bytes, in hex. Rejects with MediaFailureError. */
export function hashContent(path: string | Buffer, signal: AbortSignal): Promise<string> {
  return withOpenFile(path, signal, async (file) => {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let offset = 0; ; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, bytesRead));
      offset += bytesRead;
    }
  });
}

/** Opens a regular file for one task. Never waits for a pipe or device that is named like a video. */
export async function withOpenFile<T>(
  path: string | Buffer,
  signal: AbortSignal,
  task: (file: FileHandle, bytes: number) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) throw toNotAFileFailure(path.toString());
    return await task(file, stats.size);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toFileFailure(error, path.toString());
  }
}

/** Reads until the buffer is full or the file ends. Returns the number of bytes read. */
export async function readFully(file: FileHandle, buffer: Buffer, offset: number): Promise<number> {
  let filledBytes = 0;
  while (filledBytes < buffer.length) {
    const { bytesRead } = await file.read(
      buffer,
      filledBytes,
      buffer.length - filledBytes,
      offset + filledBytes,
    );
    if (bytesRead === 0) break;
    filledBytes += bytesRead;
  }
  return filledBytes;
}
