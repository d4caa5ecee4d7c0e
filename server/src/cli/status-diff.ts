import type { Status } from '../../protocol/status.ts';
import { formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Records what has been printed about the daemon's work so far. */
export interface StatusSnapshot {
  readonly videos: number;
  readonly clips: number;
  readonly idle: boolean;
  /** Paths worked on since the daemon was last idle. */
  readonly paths: readonly string[];
  readonly failed: readonly string[];
}

/** Converts a status to a snapshot to which this status adds nothing new. */
export function toStatusSnapshot(status: Status): StatusSnapshot {
  return {
    videos: status.videos,
    clips: status.clips,
    idle: isIdle(status),
    paths: status.work.running.map((work) => work.path),
    failed: status.work.failed.map((failed) => `${failed.path}\n${failed.reason}`),
  };
}

function isIdle({ work }: Status): boolean {
  return work.waiting === 0 && work.running.length === 0;
}

/** Lists what is new in a status: each started video once, each failure, and each time the daemon becomes idle. */
export function findStatusChanges(
  previousSnapshot: StatusSnapshot,
  status: Status,
): { readonly lines: readonly string[]; readonly snapshot: StatusSnapshot } {
  const current = toStatusSnapshot(status);
  const started = [...new Set(current.paths)].filter((path) => !previousSnapshot.paths.includes(path));
  const lines = started.map((path) => `indexing ${sanitiseLine(path)}`);
  for (const failed of status.work.failed) {
    if (previousSnapshot.failed.includes(`${failed.path}\n${failed.reason}`)) continue;
    lines.push(
      `failed ${sanitiseLine(failed.path)}: ${sanitiseLine(failed.reason)} ${sanitiseLine(failed.remedy)}`,
    );
  }
  const hasChanged =
    current.videos !== previousSnapshot.videos ||
    current.clips !== previousSnapshot.clips ||
    !previousSnapshot.idle ||
    started.length > 0;
  if (current.idle && hasChanged)
    lines.push(`ready: ${formatCount(current.videos, 'video')}, ${formatCount(current.clips, 'clip')}`);
  const paths = current.idle ? [] : [...previousSnapshot.paths, ...started];
  // Counts are only printed when idle. Keep the old ones, so that a change seen before is still printed then.
  const counts = current.idle
    ? { videos: current.videos, clips: current.clips }
    : { videos: previousSnapshot.videos, clips: previousSnapshot.clips };
  return { lines, snapshot: { ...current, ...counts, paths } };
}
