import { MediaFailureError, type MediaFailureKind } from '../../core/errors/media-failure.ts';
import { MAX_DECODED_PIXELS } from './limits.ts';

const RETRY_REMEDY = 'Goldfish retries when the file changes.';

function failure(kind: MediaFailureKind, reason: string, remedy: string): MediaFailureError {
  return new MediaFailureError({ kind, reason, remedy });
}

export const mediaFailures = {
  empty: () => failure('empty', 'The file is empty.', `Copy or record it again. ${RETRY_REMEDY}`),
  notMedia: () =>
    failure(
      'notMedia',
      'The file contains no video or sound that can be read, despite its name.',
      'Check that it plays. If not, convert it, or leave it out with an exclude pattern.',
    ),
  cutStart: () =>
    failure(
      'truncated',
      'The file starts like a video, but its index is missing: it was cut short or is still being written.',
      `Finish or repeat the copy, download or recording. ${RETRY_REMEDY}`,
    ),
  cutEnd: (reachedMs: number, durationMs: number) =>
    failure(
      'truncated',
      `The file should be ${seconds(durationMs)} long but ends after ${seconds(reachedMs)}: it was cut short or is still being written.`,
      `Finish or repeat the copy, download or recording. ${RETRY_REMEDY}`,
    ),
  tooLarge: (width: number, height: number) =>
    failure(
      'tooLarge',
      `Its pictures have ${width} x ${height} pixels, more than the limit of ${Math.round(MAX_DECODED_PIXELS / 1e6)} million pixels.`,
      'Convert it to a lower resolution.',
    ),
  playlist: () =>
    failure(
      'playlist',
      'The file is a playlist. Goldfish never opens the files or addresses in a playlist.',
      'Add the videos themselves, or leave the playlist out with an exclude pattern.',
    ),
  unsupportedCodec: (codec: string) =>
    failure(
      'unsupportedCodec',
      `No decoder is available for its codec (${codec}).`,
      'Convert it, for example to H.264 in mp4, or set media.backend to ffmpeg if your ffmpeg can decode it.',
    ),
  notConverted: (detail: string) =>
    failure(
      'unsupportedCodec',
      `The conversion failed: ${detail.trim().split('\n').at(-1) || 'no reason was given'}.`,
      'Play it in another player, or convert it yourself, for example to H.264 and AAC in mp4.',
    ),
  noPermission: () =>
    failure(
      'noPermission',
      'You do not have permission to read the file.',
      'Give your user account permission to read it.',
    ),
  missing: () =>
    failure('missing', 'The file no longer exists.', 'Put it back, or let the next scan remove it.'),
  unreadable: (detail: string) =>
    failure('unreadable', `Cannot read the file: ${detail}.`, `Check the disk and the file. ${RETRY_REMEDY}`),
  notAFile: () =>
    failure('unreadable', 'This is not a regular file.', 'Leave it out with an exclude pattern.'),
  undecodable: () =>
    failure(
      'unreadable',
      'Most of its pictures and sound cannot be decoded: the file is encrypted (copy protection) or badly damaged.',
      `Use a copy without copy protection, or copy it again. ${RETRY_REMEDY}`,
    ),
  noFrame: () =>
    failure(
      'unreadable',
      'No picture of its video track could be decoded: the file is damaged or encrypted (copy protection).',
      `Copy or convert it again. ${RETRY_REMEDY}`,
    ),
} as const;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Returns the failure for a file system error, or undefined for other errors. */
export function toFileSystemFailure(error: unknown): MediaFailureError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return mediaFailures.missing();
  if (code === 'EACCES' || code === 'EPERM') return mediaFailures.noPermission();
  return mediaFailures.unreadable(code);
}
