import { EVIDENCE_LABELS, type LineKind } from '../core/domain/description.ts';
import { formatTime } from '../core/domain/format-time.ts';
import type { TimeRange } from '../core/domain/time-range.ts';
import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { toOneLine } from '../core/text/one-line.ts';

const MAX_LINES = 12;
const MAX_LINE_CHARS = 300;

export interface HoverLine extends TimeRange {
  readonly kind: string;
  readonly text: string;
  readonly speaker?: string;
  /** Present if the user corrected the line. */
  readonly corrected?: object;
}

export interface HoverContent extends TimeRange {
  readonly name: string;
  readonly durationMs: number;
  /** The lines inside the range, in time order. */
  readonly lines: readonly HoverLine[];
  /** The address of the frame at the start, for editors that show images. */
  readonly picture?: string | undefined;
}

/**
 * Returns the lines of a linked moment: those that start in it, from the linked second on. Of a kind without such a line,
 * the last one that is still shown or said then counts as starting there.
 */
export function linesOfMoment<L extends HoverLine>(
  lines: readonly L[],
  { startMs, endMs }: TimeRange,
): readonly L[] {
  // Links are often rounded down to a second.
  const fromMs = startMs - (startMs % 1000);
  const starts = lines.filter((line) => line.startMs >= fromMs && line.startMs < endMs);
  const kinds = new Set(starts.map(({ kind }) => kind));
  const lastByKind = new Map<string, L>();
  for (const line of lines)
    if (!kinds.has(line.kind) && line.startMs < fromMs && line.endMs > startMs)
      lastByKind.set(line.kind, line);
  const covering = [...lastByKind.values()].map((line) => ({ ...line, startMs }));
  return [...covering, ...starts];
}

function shortenLine(text: string): string {
  const line = toOneLine(text);
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS).toWellFormed()}…` : line;
}

/** Formats the content of a linked moment as Markdown. */
export function hoverText({ name, startMs, endMs, durationMs, lines, picture }: HoverContent): string {
  const heading = `**${escapeMarkdown(toOneLine(name))}** ${formatTime(startMs)}-${formatTime(endMs)} of ${formatTime(durationMs)}`;
  const lineItems = lines
    .slice(0, MAX_LINES)
    .map(({ kind, text, speaker, startMs: lineStartMs, corrected }) => {
      const speakerPrefix = speaker === undefined ? '' : `${escapeMarkdown(toOneLine(speaker))}: `;
      return `- ${formatTime(lineStartMs)} ${EVIDENCE_LABELS[kind as LineKind] ?? kind}: ${speakerPrefix}${escapeMarkdown(shortenLine(text))}${corrected === undefined ? '' : ' (corrected)'}`;
    });
  const moreItem = lines.length > MAX_LINES ? [`- and ${lines.length - MAX_LINES} more`] : [];
  const pictureItem = picture === undefined ? [] : [`![](${picture})`, ''];
  return [heading, '', ...pictureItem, ...lineItems, ...moreItem].join('\n').trimEnd();
}
