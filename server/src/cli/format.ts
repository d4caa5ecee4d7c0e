import { styleText } from 'node:util';
import type { Ms } from '../../protocol/base.ts';
import type { Evidence } from '../../protocol/search.ts';
import type { Out } from './context.ts';
import { cleanLine } from './escape.ts';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Colours text where the stream is a terminal and NO_COLOR is not set. */
export type Paint = (style: Style, text: string) => string;

export function painter(stream: Out, env: NodeJS.ProcessEnv): Paint {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
}

/** 83200 -> `1:23`, 3723000 -> `1:02:03`: a place in a video, rounded down. */
export function clock(ms: Ms): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** How long something takes: `40 s`, `3 min`, `2 h 5 min`. */
export function duration(ms: Ms): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 1536 -> `1.5 kB`; powers of 1000. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `1 video`, `3 videos`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Cuts at a word near `width` characters. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const cut = text.lastIndexOf(' ', width - 1);
  return `${text.slice(0, cut > width / 2 ? cut : width - 1).trimEnd()}…`;
}

const kinds: { readonly [kind in Evidence['kind']]: string } = {
  speech: 'said',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'measured',
  title: 'named',
  frame: 'looks alike',
  tag: 'tagged',
};

/** One line of evidence as a person reads it. */
export function evidenceLine(evidence: Evidence): string {
  const speaker = evidence.speaker ? `${cleanLine(evidence.speaker)}: ` : '';
  return `${kinds[evidence.kind]}: ${speaker}${cleanLine(evidence.text)} (${cleanLine(evidence.source)}${evidence.corrected ? ', corrected' : ''})`;
}
