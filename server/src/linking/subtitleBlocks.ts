import { oneLine } from '../core/oneLine.ts';
import type { Lines } from './lines.ts';

/** One cue of an .srt or .vtt text, by lines from 0. */
export interface SubtitleBlock {
  readonly startLine: number;
  /** The last line of its text. */
  readonly endLine: number;
  readonly time: string;
  readonly text: string;
}

const TIME = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->/;

/** The cues as they stand, one by one; a number or name right above the time belongs to its cue. */
export function* subtitleBlocks(text: string, lines: Lines): Generator<SubtitleBlock> {
  const lineAt = (line: number) =>
    line < lines.count ? text.slice(lines.startOf(line), lines.endOf(line)) : '';
  const blank = (line: number) => lineAt(line).trim() === '';
  for (let line = 0; line < lines.count; line += 1) {
    const time = TIME.exec(lineAt(line))?.[1];
    if (time === undefined) continue;
    let endLine = line;
    while (!blank(endLine + 1) && !TIME.test(lineAt(endLine + 1))) endLine += 1;
    const named = line > 0 && !blank(line - 1) && (line === 1 || blank(line - 2));
    const said = oneLine(text.slice(lines.startOf(line + 1), lines.endOf(endLine)));
    yield { startLine: named ? line - 1 : line, endLine, time, text: endLine > line ? said : '' };
    line = endLine;
  }
}
