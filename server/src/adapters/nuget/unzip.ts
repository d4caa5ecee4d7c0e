import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

/** A file of an archive as listed in its central directory (APPNOTE.TXT of the ZIP format, 4.3.12). */
interface ZipEntry {
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly size: number;
  readonly headerOffset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

const toBrokenArchiveError = (path: string) =>
  new ModelUnavailableError(
    `${path} is not a complete ZIP archive`,
    'Run the command again to download it again.',
  );

async function readBytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Reads the archive's central directory. Archives of 4 GiB or more (ZIP64) count as damaged. */
async function readDirectory(file: FileHandle, path: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { size } = await file.stat();
  const tailOffset = Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES);
  const archiveTail = await readBytesAt(file, tailOffset, size - tailOffset);
  const end = Array.from(
    { length: Math.max(0, archiveTail.length - END_BYTES + 1) },
    (_, i) => archiveTail.length - END_BYTES - i,
  ).find((at) => archiveTail.readUInt32LE(at) === END_SIGNATURE);
  if (end === undefined) throw toBrokenArchiveError(path);
  const count = archiveTail.readUInt16LE(end + 10);
  const directoryBytes = await readBytesAt(
    file,
    archiveTail.readUInt32LE(end + 16),
    archiveTail.readUInt32LE(end + 12),
  );
  const entries = new Map<string, ZipEntry>();
  let offset = 0;
  for (let i = 0; i < count; i += 1) {
    if (offset + 46 > directoryBytes.length || directoryBytes.readUInt32LE(offset) !== ENTRY_SIGNATURE)
      throw toBrokenArchiveError(path);
    const nameBytes = directoryBytes.readUInt16LE(offset + 28);
    const name = directoryBytes.toString('utf8', offset + 46, offset + 46 + nameBytes);
    entries.set(name, {
      method: directoryBytes.readUInt16LE(offset + 10),
      crc: directoryBytes.readUInt32LE(offset + 16),
      compressedBytes: directoryBytes.readUInt32LE(offset + 20),
      size: directoryBytes.readUInt32LE(offset + 24),
      headerOffset: directoryBytes.readUInt32LE(offset + 42),
    });
    offset +=
      46 + nameBytes + directoryBytes.readUInt16LE(offset + 30) + directoryBytes.readUInt16LE(offset + 32);
  }
  return entries;
}

/**
 * Extracts one file of a ZIP archive to `target`, which gets its final name once size and CRC-32 match. Names
 * inside the archive are only compared, never used as paths. Rejects with ModelUnavailableError or the
 * signal's reason.
 */
export async function extractFile(
  path: string,
  name: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path);
  const partialPath = `${target}.part`;
  try {
    const entry = (await readDirectory(file, path)).get(name);
    if (!entry)
      throw new ModelUnavailableError(
        `${name} is not in ${path}`,
        'The package has an unexpected layout. Report this as a bug.',
      );
    const entryHeader = await readBytesAt(file, entry.headerOffset, 30);
    if (entryHeader.length < 30 || entryHeader.readUInt32LE(0) !== LOCAL_SIGNATURE)
      throw toBrokenArchiveError(path);
    if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) throw toBrokenArchiveError(path);
    const start = entry.headerOffset + 30 + entryHeader.readUInt16LE(26) + entryHeader.readUInt16LE(28);
    let size = 0;
    let crc = 0;
    const verifier = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        crc = crc32(chunk, crc);
        // Stops an entry that grows beyond its listed size.
        done(size > entry.size ? toBrokenArchiveError(path) : null, chunk);
      },
    });
    const source = file.createReadStream({ start, end: start + entry.compressedBytes - 1, autoClose: false });
    const transforms =
      entry.method === METHOD_DEFLATED ? [source, createInflateRaw(), verifier] : [source, verifier];
    await pipeline([...transforms, createWriteStream(partialPath)], { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw toBrokenArchiveError(path);
      throw error;
    });
    if (size !== entry.size || crc !== entry.crc) throw toBrokenArchiveError(path);
    await rename(partialPath, target);
  } finally {
    await rm(partialPath, { force: true });
    await file.close();
  }
}
