import type { SetCue } from '../sets/set-adapter.ts';

function toSrtTime(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const [hours, minutes, rest] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, ms % 60_000];
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(Math.floor(rest / 1000), 2)},${pad(rest % 1000, 3)}`;
}

/** Formats lines as SubRip. Lines without words are left out. */
export function formatSetSubtitles(cues: readonly SetCue[]): string {
  return cues
    .filter(({ text }) => text.trim() !== '')
    .map(
      ({ start, end, text }, i) =>
        `${i + 1}\n${toSrtTime(start)} --> ${toSrtTime(end)}\n${text.replace(/\s*\n\s*/g, ' ').trim()}\n`,
    )
    .join('\n');
}

/** Moves lines to another origin. */
export function shiftCues(cues: readonly SetCue[], seconds: number): readonly SetCue[] {
  return cues.map(({ start, end, text }) => ({ start: start + seconds, end: end + seconds, text }));
}
