import type { Moment } from './selection.ts';

/** C0, C1, and what turns the direction of writing or breaks lines. */
const control =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g;
const TITLE = 80;

/** Untrusted text on one line, without control characters and lone surrogates. */
export function plain(text: string): string {
  return text.replace(control, ' ').replace(/\s+/g, ' ').trim().toWellFormed();
}

/** All that is said in a moment. */
export function textOf({ lines }: Moment): string {
  return plain(lines.map(({ text }) => text).join(' '));
}

/** What a moment is called: the beginning of what is said, else its file's name. */
export function titleOf(moment: Moment): string {
  const text = textOf(moment);
  if (text === '') return plain(moment.source.name);
  const whole = [...text];
  if (whole.length <= TITLE) return text;
  const cut = whole.slice(0, TITLE - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > TITLE / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** 83200 -> `1:23`, 3723000 -> `1:02:03`. */
export function shortClock(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** 83200 -> `00:01:23` + mark + `200`. */
export function longClock(ms: number, mark: ',' | '.'): string {
  const { hours, minutes, seconds } = parts(ms);
  const rest = String(Math.round(ms) % 1000).padStart(3, '0');
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${mark}${rest}`;
}

export const two = (value: number): string => String(value).padStart(2, '0');

function parts(ms: number) {
  const whole = Math.floor(Math.round(ms) / 1000);
  return {
    hours: Math.floor(whole / 3600),
    minutes: Math.floor(whole / 60) % 60,
    seconds: whole % 60,
  };
}
