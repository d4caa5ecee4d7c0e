import type { SelectedMoment } from './selection.ts';

/** Matches C0, C1, and characters that change the writing direction or break lines. */
const CONTROL_CHARACTERS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g;
const MAX_TITLE_CHARS = 80;

/** Joins untrusted text to one line without control characters and lone surrogates. */
export function toPlainText(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ').replace(/\s+/g, ' ').trim().toWellFormed();
}

/** Returns the text of all lines of a moment. */
export function momentText({ lines }: SelectedMoment): string {
  return toPlainText(lines.map(({ text }) => text).join(' '));
}

/** Returns a title for a moment: the start of its text, or else its file name. */
export function momentTitle(moment: SelectedMoment): string {
  const text = momentText(moment);
  if (text === '') return toPlainText(moment.source.name);
  const characters = [...text];
  if (characters.length <= MAX_TITLE_CHARS) return text;
  const shortenedTitle = characters.slice(0, MAX_TITLE_CHARS - 1).join('');
  const lastSpace = shortenedTitle.lastIndexOf(' ');
  return `${(lastSpace > MAX_TITLE_CHARS / 2 ? shortenedTitle.slice(0, lastSpace) : shortenedTitle).trimEnd()}…`;
}

/** Formats a time in ms: 83200 -> `1:23`, 3723000 -> `1:02:03`. */
export function formatShortTime(ms: number): string {
  const { hours, minutes, seconds } = splitTime(ms);
  return hours > 0 ? `${hours}:${padTwo(minutes)}:${padTwo(seconds)}` : `${minutes}:${padTwo(seconds)}`;
}

/** Formats a time in ms for subtitles: 83200 with `,` -> `00:01:23,200`. */
export function formatTimestamp(ms: number, decimalMark: ',' | '.'): string {
  const { hours, minutes, seconds } = splitTime(ms);
  const milliseconds = String(Math.round(ms) % 1000).padStart(3, '0');
  return `${padTwo(hours)}:${padTwo(minutes)}:${padTwo(seconds)}${decimalMark}${milliseconds}`;
}

export const padTwo = (value: number): string => String(value).padStart(2, '0');

function splitTime(ms: number) {
  const totalSeconds = Math.floor(Math.round(ms) / 1000);
  return {
    hours: Math.floor(totalSeconds / 3600),
    minutes: Math.floor(totalSeconds / 60) % 60,
    seconds: totalSeconds % 60,
  };
}
