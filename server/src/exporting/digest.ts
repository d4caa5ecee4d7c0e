import { formatMediaLink } from '../core/domain/media-link.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { linkAddress } from './markdown.ts';
import { formatShortTime, toPlainText } from './plain-text.ts';

/** One line and the ranges of the video that it comes from. */
interface DigestLine {
  readonly title?: string;
  readonly text: string;
  readonly ranges: readonly TimeRange[];
}

export interface DigestEntry {
  readonly uri: Uri;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly recordedMs: number;
  readonly durationMs: number;
  /** Name of the model that wrote the lines; undefined for quotes. */
  readonly writer?: string;
  readonly lines: readonly DigestLine[];
}

export interface DigestExport {
  readonly title: string;
  readonly entries: readonly DigestEntry[];
  /** Sentences below the entries. */
  readonly remarks: readonly string[];
}

const toText = (text: string) => escapeMarkdown(toPlainText(text));

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function formatEntry({ uri, name, recordedMs, durationMs, writer, lines }: DigestEntry): string {
  const items = lines.map(({ title, text, ranges }) => {
    const links = ranges.map(
      (range) => `[${formatShortTime(range.startMs)}](${linkAddress(formatMediaLink(uri, range))})`,
    );
    return `- ${title ? `**${toText(title)}** ` : ''}${toText(text)} ${links.join(' ')}`;
  });
  const author = writer === undefined ? '' : `, summarised by ${toText(writer)}`;
  return [
    `## [${toText(name)}](${linkAddress(formatMediaLink(uri, { startMs: 0, endMs: durationMs }))})`,
    `${toDay(recordedMs)}, ${formatShortTime(durationMs)}${author}`,
    items.join('\n'),
  ].join('\n\n');
}

/** Formats a digest as Markdown: a section for each video, in which each line links to its second. */
export function formatDigest({ title, entries, remarks }: DigestExport): string {
  return `${[`# ${toText(title)}`, ...entries.map(formatEntry), ...remarks.map(toText)].join('\n\n')}\n`;
}
