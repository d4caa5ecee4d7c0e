import { MediaFailureError, type MediaFailureKind } from '../../core/errors/media-failure.ts';
import { MAX_DECODED_PIXELS } from './limits.ts';

const AGAIN = 'It is tried again when the file changes.';

function failure(kind: MediaFailureKind, reason: string, remedy: string): MediaFailureError {
  return new MediaFailureError({ kind, reason, remedy });
}

export const mediaFailures = {
  empty: () => failure('empty', 'The file is empty.', `Copy or record it again. ${AGAIN}`),
  notMedia: () =>
    failure(
      'notMedia',
      'The file holds no video or sound that can be read, whatever its name says.',
      'Check that it plays; else convert it, or leave it out with an exclude pattern.',
    ),
  cutStart: () =>
    failure(
      'truncated',
      'The file begins like a video but its index is missing: it was cut short, or is still being written.',
      `Finish or repeat the copy, download or recording. ${AGAIN}`,
    ),
  cutEnd: (reachedMs: number, durationMs: number) =>
    failure(
      'truncated',
      `The file should last ${seconds(durationMs)} but ends after ${seconds(reachedMs)}: it was cut short, or is still being written.`,
      `Finish or repeat the copy, download or recording. ${AGAIN}`,
    ),
  tooLarge: (width: number, height: number) =>
    failure(
      'tooLarge',
      `Its pictures have ${width} x ${height} pixels; at most ${Math.round(MAX_DECODED_PIXELS / 1e6)} million pixels are read.`,
      'Convert it to a smaller size.',
    ),
  playlist: () =>
    failure(
      'playlist',
      'The file is a playlist: it names other files or addresses, and those are never opened from it.',
      'Add the videos themselves, or leave it out with an exclude pattern.',
    ),
  unsupportedCodec: (codec: string) =>
    failure(
      'unsupportedCodec',
      `Its codec (${codec}) cannot be decoded here.`,
      'Convert it, for example to H.264 in mp4; or set media.backend to ffmpeg if your ffmpeg can decode it.',
    ),
  notConverted: (why: string) =>
    failure(
      'unsupportedCodec',
      `It could not be converted: ${why.trim().split('\n').at(-1) || 'no reason was given'}.`,
      'Play it in a player of your system, or convert it yourself, for example to H.264 and AAC in mp4.',
    ),
  noPermission: () =>
    failure(
      'noPermission',
      'The file may not be read by this user.',
      'Give this user permission to read it.',
    ),
  missing: () => failure('missing', 'The file is gone.', 'Put it back, or let the next scan forget it.'),
  unreadable: (why: string) =>
    failure('unreadable', `The file cannot be read: ${why}.`, `Check the disk and the file. ${AGAIN}`),
  notAFile: () => failure('unreadable', 'It is not a regular file.', 'Leave it out with an exclude pattern.'),
  noFrame: () =>
    failure(
      'unreadable',
      'Not one picture of its video track could be decoded: the file is damaged.',
      `Copy or convert it again. ${AGAIN}`,
    ),
} as const;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The failure behind an error of the file system, or undefined. */
export function toFileSystemFailure(error: unknown): MediaFailureError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return mediaFailures.missing();
  if (code === 'EACCES' || code === 'EPERM') return mediaFailures.noPermission();
  return mediaFailures.unreadable(code);
}
