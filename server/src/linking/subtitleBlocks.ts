import { oneLine } from '../core/oneLine.ts';

/** One cue of an .srt or .vtt text, by lines from 0. */
export interface SubtitleBlock {
  readonly startLine: number;
  /** The last line of its text. */
  readonly endLine: number;
  readonly time: string;
  readonly text: string;
}

const TIME = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->/;

/** The cues as they stand; a number or name right above the time belongs to its cue. */
export function subtitleBlocks(text: string): readonly SubtitleBlock[] {
  const lines = text.split(/\r\n|\n|\r/);
  const blank = (at: number) => (lines[at] ?? '').trim() === '';
  const goesOn = (at: number) => at < lines.length && !blank(at) && !TIME.test(lines[at] ?? '');
  return lines.flatMap((line, at) => {
    const time = TIME.exec(line)?.[1];
    if (time === undefined) return [];
    let endLine = at;
    while (goesOn(endLine + 1)) endLine += 1;
    const named = at > 0 && !blank(at - 1) && (at === 1 || blank(at - 2));
    const said = oneLine(lines.slice(at + 1, endLine + 1).join(' '));
    return [{ startLine: named ? at - 1 : at, endLine, time, text: said }];
  });
}
