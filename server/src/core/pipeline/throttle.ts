/** Names why background work is paused. */
export type PauseReason = 'battery' | 'quietHours';

/** Limits the processor use of indexing. */
export interface CpuAllowance {
  /** Number of parallel jobs, at least 1. */
  readonly workers: number;
  /** Share of time that each worker may work, above 0 and at most 1. It rests between jobs. */
  readonly duty: number;
}

/** Converts `share` percent of `processors` to workers that work part of the time. */
export function toCpuAllowance(share: number, processors: number): CpuAllowance {
  const budget = Math.max(0.05, (processors * share) / 100);
  const workers = Math.max(1, Math.ceil(budget));
  return { workers, duty: Math.min(1, budget / workers) };
}

/** Returns the rest after a job of `busyMs`, in ms, that keeps a worker within its share. */
export function throttleDelayMs(busyMs: number, { duty }: CpuAllowance): number {
  return Math.round((busyMs * (1 - duty)) / duty);
}

/**
 * Range in minutes of the day, 0..1439; includes `from`, excludes `to`. It spans midnight if `to` is less
 * than `from`.
 */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** Parses `22:00-07:00`. Returns undefined for anything else, including '' and an empty range. */
export function parseQuietHours(text: string): QuietHours | undefined {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [from, to] = [parseMinuteOfDay(match[1], match[2]), parseMinuteOfDay(match[3], match[4])];
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

function parseMinuteOfDay(hours = '', minutes = ''): number | undefined {
  const [h, m] = [Number(hours), Number(minutes)];
  return h < 24 && m < 60 ? h * 60 + m : undefined;
}

/** Returns whether a minute of the day (local time) lies in the quiet hours. */
export function isQuiet({ from, to }: QuietHours, minute: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Returns the minutes until quiet hours next begin or end, 1..1440. */
export function minutesUntilQuietHoursEdge({ from, to }: QuietHours, minute: number): number {
  const minutesUntil = (edge: number) => ((edge - minute + 1439) % 1440) + 1;
  return Math.min(minutesUntil(from), minutesUntil(to));
}
