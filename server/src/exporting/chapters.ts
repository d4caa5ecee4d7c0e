import { formatMediaLink } from '../core/domain/media-link.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import { escapeMarkdown } from '../core/text/escape-markdown.ts';
import { linkAddress } from './markdown.ts';
import { formatShortTime, momentTitle, toPlainText } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { placeOnTimeline } from './timeline.ts';
import { formatVtt } from './vtt.ts';

interface ExportChapter extends TimeRange {
  readonly title: string;
}

/** The chapters of one video. */
interface ChapterExport {
  readonly uri: Uri;
  readonly title: string;
  readonly chapters: readonly ExportChapter[];
}

/** Formats lines of time and title, as video sites read them in a description. The first is at 0:00, as they require. */
function formatChapterList(
  title: string,
  chapters: readonly Pick<ExportChapter, 'startMs' | 'title'>[],
): string {
  const needsOpening = chapters[0] === undefined || formatShortTime(chapters[0].startMs) !== '0:00';
  const allChapters = needsOpening ? [{ startMs: 0, title }, ...chapters] : chapters;
  return allChapters
    .map((chapter) => `${formatShortTime(chapter.startMs)} ${toPlainText(chapter.title)}\n`)
    .join('');
}

const escapeMetadata = (text: string) => toPlainText(text).replace(/[=;#\\]/g, '\\$&');

/** Formats FFmpeg's metadata file, for `ffmpeg -i in.mp4 -i chapters.ffmeta -map_chapters 1 -c copy out.mp4`. */
function formatFfmetadata(title: string, chapters: readonly ExportChapter[]): string {
  const sections = chapters.map(
    (chapter) =>
      `\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=${chapter.startMs}\nEND=${chapter.endMs}\ntitle=${escapeMetadata(chapter.title)}\n`,
  );
  return `;FFMETADATA1\ntitle=${escapeMetadata(title)}\n${sections.join('')}`;
}

/** Formats a table of contents with a link to the start of each chapter. */
function formatContents({ uri, title, chapters }: ChapterExport): string {
  const items = chapters.map((chapter) => {
    const text = `${formatShortTime(chapter.startMs)} ${escapeMarkdown(toPlainText(chapter.title))}`;
    return `- [${text}](${linkAddress(formatMediaLink(uri, chapter))})`;
  });
  return `# ${escapeMarkdown(toPlainText(title))}\n\n${items.join('\n')}\n`;
}

/** Writes the chapters of a video in each format. */
export const chapterWriters = {
  list: ({ title, chapters }) => formatChapterList(title, chapters),
  markdown: formatContents,
  vtt: ({ chapters }) =>
    formatVtt(chapters.map(({ title, ...range }) => ({ ...range, rows: [toPlainText(title)] }))),
  ffmetadata: ({ title, chapters }) => formatFfmetadata(title, chapters),
} as const satisfies Readonly<Record<string, (chapters: ChapterExport) => string>>;

const toChapters = (selection: ExportSelection) =>
  placeOnTimeline(selection).map(({ moment, startMs, endMs }) => ({
    startMs,
    endMs,
    title: momentTitle(moment),
  }));

export function writeChapters(selection: ExportSelection): string {
  return formatChapterList(selection.title, toChapters(selection));
}

export function writeFfmetadata(selection: ExportSelection): string {
  return formatFfmetadata(selection.title, toChapters(selection));
}
