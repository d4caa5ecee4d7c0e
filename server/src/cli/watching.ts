import type { Status } from '../../protocol/status.ts';
import { cleanLine } from './escape.ts';
import { count } from './format.ts';

/** What has been told of the daemon's work so far. */
export interface Told {
  readonly videos: number;
  readonly clips: number;
  readonly idle: boolean;
  /** Paths being worked on, since the last rest. */
  readonly paths: readonly string[];
  readonly failed: readonly string[];
}

/** The state in which nothing of this status is news. */
export function toldOf(status: Status): Told {
  return {
    videos: status.videos,
    clips: status.clips,
    idle: isIdle(status),
    paths: status.work.running.map((work) => work.path),
    failed: status.work.failed.map((failed) => `${failed.path}\n${failed.reason}`),
  };
}

export function isIdle({ work }: Status): boolean {
  return work.waiting === 0 && work.running.length === 0;
}

/** What a person who watches wants to be told of a new status: each video once, each failure, and every rest. */
export function news(told: Told, status: Status): { readonly lines: readonly string[]; readonly told: Told } {
  const now = toldOf(status);
  const started = [...new Set(now.paths)].filter((path) => !told.paths.includes(path));
  const lines = started.map((path) => `indexing ${cleanLine(path)}`);
  for (const failed of status.work.failed) {
    if (told.failed.includes(`${failed.path}\n${failed.reason}`)) continue;
    lines.push(`failed ${cleanLine(failed.path)}: ${cleanLine(failed.reason)} ${cleanLine(failed.remedy)}`);
  }
  const changed = now.videos !== told.videos || now.clips !== told.clips || !told.idle || started.length > 0;
  if (now.idle && changed) lines.push(`ready: ${count(now.videos, 'video')}, ${count(now.clips, 'clip')}`);
  const paths = now.idle ? [] : [...told.paths, ...started];
  // Counts are told at rest only, so a change seen meanwhile is still news then.
  const counts = now.idle
    ? { videos: now.videos, clips: now.clips }
    : { videos: told.videos, clips: told.clips };
  return { lines, told: { ...now, ...counts, paths } };
}
