import type { Ms } from './time-range.ts';

/** Formats a duration: `40 s`, `3 min`, `2 h 5 min`. */
export function formatDuration(ms: Ms): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Formats a position in a video, rounded down: 83,200 ms -> `1:23`, 3,723,000 ms -> `1:02:03`. Never below
 * `0:00`.
 */
export function formatTime(ms: Ms): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`
    : `${minutes}:${twoDigits(seconds % 60)}`;
}
