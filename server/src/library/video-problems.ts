import type { FailedWork } from '../../protocol/status.ts';
import type { VideoItem } from '../../protocol/videos.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';

/** One for all videos without problems. */
const NO_PROBLEMS: readonly FailedWork[] = [];

/** Lists the failed stages of a file. */
export function listFailures(copy: VideoFile, record: VideoRecord | undefined): readonly FailedWork[] {
  if (!hasFailures(copy, record)) return NO_PROBLEMS;
  const { cues: _cues, screenText: _pictures, ...copyFailures } = copy.failures;
  return toFailedWork(copy, { ...record?.failures, ...copyFailures });
}

/**
 * Lists problems that do not make a video failed: those of the subtitle files beside it. Cues and text of
 * pictures of a path come from these files only.
 */
export function listNotices(copy: VideoFile): readonly FailedWork[] {
  const { cues, screenText } = copy.failures;
  if (cues === undefined && screenText === undefined) return NO_PROBLEMS;
  return toFailedWork(copy, { ...(cues && { cues }), ...(screenText && { screenText }) });
}

/** Returns whether `listFailures` lists any. */
export function hasFailures(copy: VideoFile, record: VideoRecord | undefined): boolean {
  // That it cannot be read yet is no failure.
  if (copy.growing?.isReadable === false) return false;
  for (const _stage in record?.failures) return true;
  for (const stage in copy.failures) if (stage !== 'cues' && stage !== 'screenText') return true;
  return false;
}

function toFailedWork({ uri, path }: VideoFile, failures: VideoFile['failures']): readonly FailedWork[] {
  return Object.entries(failures).map(([stage, { kind, reason, remedy }]) => ({
    uri,
    path,
    stage,
    kind,
    reason,
    remedy,
  }));
}

/** Returns that a file is still being recorded, as the protocol lists it; nothing for any other file. */
export function describeRecording({ growing }: VideoFile): Pick<VideoItem, 'recording'> {
  return growing === undefined ? {} : { recording: { isReadable: growing.isReadable } };
}

/** Returns the failures and notices of a file as the protocol lists them for a video. */
export function describeProblems(
  copy: VideoFile,
  record: VideoRecord | undefined,
): Pick<VideoItem, 'failures' | 'notices'> {
  const toVideoFailure = ({ stage, reason, remedy }: FailedWork) => ({ stage, reason, remedy });
  const notices = listNotices(copy).map(toVideoFailure);
  return {
    failures: listFailures(copy, record).map(toVideoFailure),
    ...(notices.length > 0 && { notices }),
  };
}
