import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { chooseSampleBlocks } from '../../core/library/content-sampling.ts';
import { toFileFailure, toNotAFileFailure } from './file-failures.ts';

/** Bytes read and hashed at a time: about a millisecond. */
const CHUNK_BYTES = 1024 * 1024;

/** Hash of the sampled blocks and the size. Hex. Rejects with FailureError. */
export function hashSample(path: string | Buffer, signal: AbortSignal): Promise<string> {
  return withOpenFile(path, signal, async (file, bytes) => {
    const hash = createHash('sha256').update(`${bytes}\n`);
    for (const { offset, length } of chooseSampleBlocks(bytes)) {
      signal.throwIfAborted();
      const block = Buffer.allocUnsafe(length);
      hash.update(block.subarray(0, await readFully(file, block, offset)));
    }
    return hash.digest('hex');
  });
}

/** Hash of all bytes. Hex. Rejects with FailureError. */
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

/** Opens a regular file for one reading task; a pipe or device named like a video is never waited for. */
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

/** Reads until the buffer is full or the file ends; returns how many bytes came. */
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
