/** Why the daemon does nothing by itself. */
export type PauseReason = 'battery' | 'quietHours';

/** How much of the machine indexing may take. */
export interface CpuAllowance {
  /** Jobs at a time, at least 1. */
  readonly workers: number;
  /** Share of the time that each of them may work, over 0, at most 1; the rest it rests between jobs. */
  readonly duty: number;
}

/** `share` percent of `processors` as whole workers that work part of the time. */
export function toCpuAllowance(share: number, processors: number): CpuAllowance {
  const budget = Math.max(0.05, (processors * share) / 100);
  const workers = Math.max(1, Math.ceil(budget));
  return { workers, duty: Math.min(1, budget / workers) };
}

/** Milliseconds to rest after a job of `busyMs`, so that the worker keeps to its share. */
export function throttleDelayMs(busyMs: number, { duty }: CpuAllowance): number {
  return Math.round((busyMs * (1 - duty)) / duty);
}

/** Minutes of a day, 0..1439: from the first one on, up to the second; over midnight where it is less. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** Reads `22:00-07:00`; undefined for anything else, the empty setting too, and for a span of no length. */
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

/** Whether a minute of the day, local time, lies in the quiet hours. */
export function isQuiet({ from, to }: QuietHours, minute: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Minutes until the quiet hours next begin or end, 1..1440. */
export function minutesUntilQuietHoursEdge({ from, to }: QuietHours, minute: number): number {
  const minutesUntil = (edge: number) => ((edge - minute + 1439) % 1440) + 1;
  return Math.min(minutesUntil(from), minutesUntil(to));
}
