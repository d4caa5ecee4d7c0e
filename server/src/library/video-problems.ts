import type { FailedWork } from '../../protocol/status.ts';
import type { VideoItem } from '../../protocol/videos.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';

/** One for all videos without problems. */
const NO_PROBLEMS: readonly FailedWork[] = [];

/** Lists the failed stages of a file. */
export function listFailures(copy: VideoFile, record: VideoRecord | undefined): readonly FailedWork[] {
  if (!hasFailures(copy, record)) return NO_PROBLEMS;
  const { cues: _notice, ...copyFailures } = copy.failures;
  return toFailedWork(copy, { ...record?.failures, ...copyFailures });
}

/**
 * Lists problems that do not make a video failed: those of the subtitle files beside it. Cues of a path come from
 * these files only.
 */
export function listNotices(copy: VideoFile): readonly FailedWork[] {
  const { cues } = copy.failures;
  return cues === undefined ? NO_PROBLEMS : toFailedWork(copy, { cues });
}

/** Returns whether `listFailures` lists any. */
export function hasFailures(copy: VideoFile, record: VideoRecord | undefined): boolean {
  for (const _stage in record?.failures) return true;
  for (const stage in copy.failures) if (stage !== 'cues') return true;
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
