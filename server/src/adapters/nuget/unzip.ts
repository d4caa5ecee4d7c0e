import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { UnavailableError } from '../../core/unavailable.ts';

/** One file of an archive, as its directory tells (APPNOTE.TXT of the ZIP format, 4.3.12). */
interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_MOST = 65_535;
const STORED = 0;
const DEFLATED = 8;

const broken = (path: string) =>
  new UnavailableError(`${path} is no whole ZIP archive`, 'Run the command again; it is fetched anew.');

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** The archive's directory. Archives of 4 GiB and more (ZIP64) are taken as broken. */
async function directory(file: FileHandle, path: string): Promise<ReadonlyMap<string, Entry>> {
  const { size } = await file.stat();
  const from = Math.max(0, size - END_BYTES - COMMENT_MOST);
  const tail = await bytesAt(file, from, size - from);
  const end = Array.from(
    { length: Math.max(0, tail.length - END_BYTES + 1) },
    (_, i) => tail.length - END_BYTES - i,
  ).find((at) => tail.readUInt32LE(at) === END);
  if (end === undefined) throw broken(path);
  const count = tail.readUInt16LE(end + 10);
  const all = await bytesAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > all.length || all.readUInt32LE(at) !== ENTRY) throw broken(path);
    const nameBytes = all.readUInt16LE(at + 28);
    const name = all.toString('utf8', at + 46, at + 46 + nameBytes);
    entries.set(name, {
      method: all.readUInt16LE(at + 10),
      crc: all.readUInt32LE(at + 16),
      packed: all.readUInt32LE(at + 20),
      size: all.readUInt32LE(at + 24),
      at: all.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + all.readUInt16LE(at + 30) + all.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Takes one file out of a ZIP archive to `target`, which gets its name once size and CRC-32 are right. Names inside the
 * archive are only compared, never used as paths. Rejects with UnavailableError and the signal's reason.
 */
export async function unzip(path: string, name: string, target: string, signal: AbortSignal): Promise<void> {
  const file = await open(path);
  const part = `${target}.part`;
  try {
    const entry = (await directory(file, path)).get(name);
    if (!entry)
      throw new UnavailableError(`${name} is not in ${path}`, 'The package is made otherwise than expected.');
    const head = await bytesAt(file, entry.at, 30);
    if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) throw broken(path);
    if (entry.method !== STORED && entry.method !== DEFLATED) throw broken(path);
    const start = entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
    let size = 0;
    let crc = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        crc = crc32(chunk, crc);
        // An entry that grows beyond what it tells is not unpacked to its end.
        done(size > entry.size ? broken(path) : null, chunk);
      },
    });
    const source = file.createReadStream({ start, end: start + entry.packed - 1, autoClose: false });
    const steps = entry.method === DEFLATED ? [source, createInflateRaw(), measured] : [source, measured];
    await pipeline([...steps, createWriteStream(part)], { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw broken(path);
      throw error;
    });
    if (size !== entry.size || crc !== entry.crc) throw broken(path);
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
    await file.close();
  }
}
