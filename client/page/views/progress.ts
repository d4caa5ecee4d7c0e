import type { State } from '../state.ts';
import { plural } from './view-helpers.ts';

/** Returns the state of the index in a few words. */
export function progressText({ link, status }: State): string {
  if (link === 'connecting') return 'Connecting ...';
  if (link === 'gone') return 'Not connected';
  if (status === undefined) return '';
  const { waiting, running, failed } = status.work;
  const left = waiting + running.length;
  if (status.paused !== undefined) return 'Paused';
  if (status.planning) return 'Planning ...';
  const { percent, leftMs } = status.progress ?? {};
  if (left > 0) {
    const share = percent === undefined ? '' : `, ${Math.floor(percent)} %`;
    return `Reading ${plural(left, 'video')}${share}${timeLeft(leftMs)}`;
  }
  if (status.videos === 0) return 'No videos yet';
  const count = plural(status.videos, 'video');
  return failed.length > 0 ? `${count}, ${failed.length} failed` : `${count}, up to date`;
}

/** Formats the estimated time left. */
export function timeLeft(leftMs: number | undefined): string {
  if (leftMs === undefined) return '';
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds < 60) return `, ${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `, about ${minutes} min left` : `, about ${Math.round(minutes / 60)} h left`;
}
