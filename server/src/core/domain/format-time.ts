import type { Ms } from './time-range.ts';

/** `1:02:03` or `2:03`. */
export function formatTime(ms: Ms): string {
  const seconds = Math.floor(ms / 1000);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds % 60)}`
    : `${minutes}:${twoDigits(seconds % 60)}`;
}
