import { markdownText } from '../core/markdownText.ts';
import { oneLine } from '../core/oneLine.ts';
import type { TimeRange } from '../core/range.ts';

const LINES = 12;
const CHARACTERS = 300;

export interface HoverLine extends TimeRange {
  readonly kind: string;
  readonly text: string;
  readonly speaker?: string;
  /** Present where a person corrected it. */
  readonly corrected?: object;
}

export interface Hovered extends TimeRange {
  readonly name: string;
  readonly durationMs: number;
  /** Those inside the range, in time order. */
  readonly lines: readonly HoverLine[];
  /** The address of the frame at its start, for editors that show pictures. */
  readonly picture?: string | undefined;
}

const verbs: Readonly<Record<string, string>> = {
  speech: 'said',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'measured',
  title: 'named',
  frame: 'looks alike',
  tag: 'tagged',
};

/** 83200 -> `1:23`, 3723000 -> `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function shortened(text: string): string {
  const line = oneLine(text);
  return line.length > CHARACTERS ? `${line.slice(0, CHARACTERS).toWellFormed()}…` : line;
}

/** What is known of a linked moment, as Markdown. */
export function hoverText({ name, startMs, endMs, durationMs, lines, picture }: Hovered): string {
  const head = `**${markdownText(oneLine(name))}** ${clock(startMs)}-${clock(endMs)} of ${clock(durationMs)}`;
  const told = lines.slice(0, LINES).map(({ kind, text, speaker, startMs: at, corrected }) => {
    const who = speaker === undefined ? '' : `${markdownText(oneLine(speaker))}: `;
    return `- ${clock(at)} ${verbs[kind] ?? kind}: ${who}${markdownText(shortened(text))}${corrected === undefined ? '' : ' (corrected)'}`;
  });
  const more = lines.length > LINES ? [`- and ${lines.length - LINES} more`] : [];
  const shown = picture === undefined ? [] : [`![](${picture})`, ''];
  return [head, '', ...shown, ...told, ...more].join('\n').trimEnd();
}
