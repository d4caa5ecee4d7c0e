import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { fileUriToPath } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import type { StreamInfo } from '../../core/domain/video.ts';
import { MediaFailureError } from '../../core/errors/media-failure.ts';
import { extensionOf, isBitmapSidecar } from '../../core/library/media-extensions.ts';
import { createPgsDecoder } from '../../core/media/pgs-decoder.ts';
import { createVobsubDecoder, parseVobsubPalette } from '../../core/media/vobsub-decoder.ts';
import { joinVobsubPacket, parseVobsubIndex, type VobsubTrack } from '../../core/media/vobsub-index.ts';
import type { Decoder, SubtitlePicture } from '../../ports/decoder.ts';
import { mediaFailures, toFileSystemFailure } from './failures.ts';
import { decodeSubtitlePictures, type SubtitlePacket } from './subtitle-pictures.ts';

/** Size of the header of a segment in a `.sup` file: `PG`, two times, type and length. */
const SEGMENT_HEADER_BYTES = 13;
const READ_BYTES = 1024 * 1024;
/** Largest `.idx` file, bytes. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
/**
 * Bytes of a `.sub` file among which a subtitle is: seldom more than 20 KB and at most 64 KB, divided among packets of 2 KB
 * that may have others between them.
 */
const PIECE_BYTES = [64 * 1024, 512 * 1024];

const noSubtitles = () =>
  new MediaFailureError({
    kind: 'unreadable',
    reason: 'The file contains no subtitles.',
    remedy: 'Copy or extract it again, or remove it.',
  });

/** Opens a file. Rejects with MediaFailureError. */
async function openFile(path: string | Buffer): Promise<FileHandle> {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw toFileSystemFailure(error) ?? error;
  }
  throw mediaFailures.notAFile();
}

async function withFile<T>(path: string | Buffer, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openFile(path);
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, byte: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, byte);
  return buffer.subarray(0, bytesRead);
}

/** Yields the segments of a `.sup` file. Bytes between them are skipped. */
async function* readSegments(handle: FileHandle): AsyncGenerator<SubtitlePacket> {
  let rest = Buffer.alloc(0);
  for (let byte = 0; ; ) {
    const part = await readAt(handle, byte, READ_BYTES);
    if (part.length === 0) return;
    byte += part.length;
    rest = Buffer.concat([rest, part]);
    let at = rest.indexOf('PG');
    while (at >= 0 && at + SEGMENT_HEADER_BYTES <= rest.length) {
      const end = at + SEGMENT_HEADER_BYTES + rest.readUInt16BE(at + 11);
      if (end > rest.length) break;
      yield { timeMs: rest.readUInt32BE(at + 2) / 90, data: rest.subarray(at + 10, end) };
      at = rest.indexOf('PG', end);
    }
    // One byte may be the first of the next mark.
    rest = rest.subarray(at < 0 ? Math.max(0, rest.length - 1) : at);
  }
}

async function readIndex(path: string | Buffer): Promise<string> {
  return withFile(path, async (handle) => (await readAt(handle, 0, MAX_INDEX_BYTES)).toString('latin1'));
}

/** Opens the `.sub` file with the pictures of an `.idx` file. */
async function openPictures(path: string | Buffer): Promise<FileHandle> {
  const bytes = Buffer.from(path);
  const stem = bytes.subarray(0, bytes.length - 'idx'.length);
  for (const extension of ['sub', 'SUB', 'Sub']) {
    try {
      return await openFile(Buffer.concat([stem, Buffer.from(extension)]));
    } catch (error) {
      if (!(error instanceof MediaFailureError) || error.failure.kind !== 'missing') throw error;
    }
  }
  throw new MediaFailureError({
    kind: 'missing',
    reason: 'The .sub file with the pictures of this .idx file is missing.',
    remedy: 'Put both files beside the video.',
  });
}

async function* readVobsub(handle: FileHandle, { entries }: VobsubTrack): AsyncGenerator<SubtitlePacket> {
  for (const { timeMs, byte } of entries) {
    for (const length of PIECE_BYTES) {
      const data = joinVobsubPacket(await readAt(handle, byte, length));
      if (data === undefined) continue;
      yield { timeMs, data };
      break;
    }
  }
}

const isVobsub = (uri: Uri) => extensionOf(uri) === 'idx';

/** Lists the tracks of a file with bitmap subtitles beside a video, as the Decoder port describes. */
export async function subtitleTracks(uri: Uri): Promise<readonly StreamInfo[]> {
  const path = fileUriToPath(uri);
  if (!isVobsub(uri)) {
    const head = await withFile(path, (handle) => readAt(handle, 0, READ_BYTES));
    if (!head.includes('PG')) throw noSubtitles();
    return [{ index: 0, kind: 'subtitle', codec: 'hdmv_pgs_subtitle', textual: false }];
  }
  const tracks = parseVobsubIndex(await readIndex(path));
  if (tracks.length === 0) throw noSubtitles();
  await (await openPictures(path)).close();
  return tracks.map(({ language }, index) => ({
    index,
    kind: 'subtitle',
    codec: 'dvd_subtitle',
    textual: false,
    ...(language !== undefined && { language }),
  }));
}

/** Adds the pictures of files beside videos to those that a decoder reads from videos. */
export function withBitmapFiles(readVideo: Decoder['subtitlePictures']): Decoder['subtitlePictures'] {
  return (uri, index, signal, hints) =>
    isBitmapSidecar(uri) ? picturesOfFile(uri, index, signal) : readVideo(uri, index, signal, hints);
}

/** Yields the pictures of a track of a file with bitmap subtitles. Rejects with MediaFailureError. */
async function* picturesOfFile(
  uri: Uri,
  index: number,
  signal: AbortSignal,
): AsyncGenerator<SubtitlePicture> {
  const path = fileUriToPath(uri);
  const text = isVobsub(uri) ? await readIndex(path) : undefined;
  const track = text === undefined ? undefined : parseVobsubIndex(text)[index];
  if (text !== undefined && track === undefined) return;
  const handle = text === undefined ? await openFile(path) : await openPictures(path);
  try {
    yield* track === undefined
      ? decodeSubtitlePictures(readSegments(handle), createPgsDecoder(), signal)
      : decodeSubtitlePictures(
          readVobsub(handle, track),
          createVobsubDecoder(parseVobsubPalette(text ?? '')),
          signal,
        );
  } finally {
    await handle.close();
  }
}
