import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileUriToPath } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import { mediaFailures, toFileSystemFailure } from './failures.ts';

/**
 * An opened file that is suitable for a demuxer: it exists, is readable and not empty, and is no playlist.
 */
export interface MediaFile {
  /** Name for display and for its extension. Invalid UTF-8 is replaced. */
  readonly name: string;
  /** URL that libav opens: `file:` and an absolute path. */
  readonly url: string;
  /** Set if `url` is `/proc/self/fd/N`, because the path is not UTF-8. */
  readonly descriptor: number | undefined;
  readonly bytes: number;
  /** The first bytes of the file. */
  readonly head: Buffer;
  /** True if the file starts like a container that this adapter reads. */
  readonly isContainer: boolean;
  close(): Promise<void>;
}

const PLAYLIST_PATTERN =
  /^\s*(?:#EXTM3U|#EXTINF|ffconcat version|\[playlist\]|\[reference\]|rtsptext|v=0\s|<asx|<smil|(?:https?|ftp|rtsp|rtmp|file|concat|subfile|data):|<\?xml[^>]*>\s*(?:<!--.*?-->\s*)*<(?:mpd|smil|playlist|asx|rss))/is;

/** Returns whether this is the start of a text that refers to other media. */
export function isPlaylist(head: Buffer): boolean {
  return PLAYLIST_PATTERN.test(head.toString('latin1').replace(/^\xef\xbb\xbf/, ''));
}

/** Returns whether this is the start of a container, or of a file whose contents have not arrived yet. */
export function isContainer(head: Buffer): boolean {
  const latin = head.toString('latin1');
  return (
    /^....(?:ftyp|moov|mdat|wide|free|skip)/s.test(latin) ||
    /^(?:\x1a\x45\xdf\xa3|RIFF|OggS|FLV|fLaC|ID3|GIF8|\x30\x26\xb2\x75)/.test(latin) ||
    (head.length > 188 && head[0] === 0x47 && head[188] === 0x47) ||
    head.every((byte) => byte === 0)
  );
}

/** Non-blocking, so that a named pipe does not block the open. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file for libav. Rejects with MediaFailureError. The caller closes it. */
export async function openMediaFile(uri: Uri): Promise<MediaFile> {
  const path = fileUriToPath(uri);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, OPEN_FLAGS);
    const stat = await handle.stat();
    if (!stat.isFile()) throw mediaFailures.notAFile();
    if (stat.size === 0) throw mediaFailures.empty();
    const head = Buffer.alloc(4096);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const start = head.subarray(0, bytesRead);
    if (isPlaylist(start)) throw mediaFailures.playlist();
    const text = typeof path === 'string';
    const openHandle = handle;
    return {
      name: text ? path : path.toString(),
      url: text ? `file:${path}` : `file:/proc/self/fd/${handle.fd}`,
      descriptor: text ? undefined : handle.fd,
      bytes: stat.size,
      head: start,
      isContainer: isContainer(start),
      close: () => openHandle.close(),
    };
  } catch (error) {
    await handle?.close();
    throw toFileSystemFailure(error) ?? error;
  }
}
