import { toOneLine } from '../core/text/one-line.ts';
import type { LineIndex } from './line-index.ts';

/** Describes one cue of an .srt or .vtt text. Line numbers start at 0. */
export interface SubtitleBlock {
  readonly startLine: number;
  /** The last line of the cue. */
  readonly endLine: number;
  readonly time: string;
  readonly text: string;
}

const CUE_TIME = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->/;

/** Finds the cues in order. A number or name directly above the time belongs to the cue. */
export function* findSubtitleBlocks(text: string, lines: LineIndex): Generator<SubtitleBlock> {
  const readLine = (line: number) =>
    line < lines.count ? text.slice(lines.startOf(line), lines.endOf(line)) : '';
  const isBlank = (line: number) => readLine(line).trim() === '';
  for (let line = 0; line < lines.count; line += 1) {
    const time = CUE_TIME.exec(readLine(line))?.[1];
    if (time === undefined) continue;
    let endLine = line;
    while (!isBlank(endLine + 1) && !CUE_TIME.test(readLine(endLine + 1))) endLine += 1;
    const hasLabel = line > 0 && !isBlank(line - 1) && (line === 1 || isBlank(line - 2));
    const cueText = toOneLine(text.slice(lines.startOf(line + 1), lines.endOf(endLine)));
    yield { startLine: hasLabel ? line - 1 : line, endLine, time, text: endLine > line ? cueText : '' };
    line = endLine;
  }
}
