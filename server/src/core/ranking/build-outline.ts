import type { Line } from '../domain/description.ts';
import type { Outline } from '../domain/passage.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';
import { orderLines, withLanguages } from '../language/lines.ts';
import { analyse } from '../language/tokenizer.ts';
import { toOneLine } from '../text/one-line.ts';
import type { Steps } from '../text/steps.ts';
import { analyseLines, toPassageTerms } from './build-passages.ts';

/** Value of `Line.source` for the names of a video. */
export const TITLE_SOURCE = 'name';

/** Number of parent folders that describe a file. */
const MAX_TITLE_FOLDERS = 3;

/**
 * Created once: each formatter uses about 60 kB outside the JavaScript heap, so one per file would exhaust
 * memory.
 */
const longDate = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/**
 * Formats a date as `2024-05-03, 3 May 2024`, to match both file names and typed dates. Returns '' if
 * invalid.
 */
function formatRecordingDate(recordedMs: number): string {
  const date = new Date(recordedMs);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.toISOString().slice(0, 10)}, ${longDate.format(date)}`;
}

/** Returns the display name of a copy: its container title, otherwise its file name without the extension. */
export function toDisplayName(copy: VideoFile, record: VideoRecord | undefined): string {
  const file = copy.path.split(/[\\/]/).at(-1) ?? copy.path;
  // Titles and file names are untrusted: a line break could forge a line of an answer.
  return toOneLine(record?.probe.title ?? '') || toOneLine(file.replace(/\.[^.]+$/, ''));
}

/** Returns container title, file name, folders, device and date as shown, one per line if present. */
export function toTitleText(copy: VideoFile, record: VideoRecord | undefined): string {
  const parts = copy.path.split(/[\\/]/).filter((part) => part !== '');
  const file = (parts.at(-1) ?? '').replace(/\.[^.]+$/, '');
  const folders = parts.slice(0, -1).slice(-MAX_TITLE_FOLDERS);
  const titleParts = [
    record?.probe.title,
    file,
    folders.join('/'),
    record?.probe.device,
    formatRecordingDate(copy.recordedMs),
  ];
  return [...new Set(titleParts.filter((part): part is string => !!part && part.trim() !== ''))].join('\n');
}

/** Builds the row of a copy with its names, tags and all words, for matching whole videos, in steps. */
export function* buildOutline(
  copy: VideoFile,
  record: VideoRecord | undefined,
  rows: readonly { readonly lines: readonly Line[] }[],
): Steps<Outline> {
  const orderedLines = orderLines(rows.flatMap((row) => row.lines));
  yield;
  const lines = withLanguages(orderedLines);
  yield;
  const analyseLine = yield* analyseLines(lines.filter(({ kind }) => kind !== 'facts'));
  const title = toTitleText(copy, record);
  const language = lines[0]?.language;
  const terms = `${analyse(title, language)} ${toPassageTerms(lines, analyseLine)}`.trim();
  return { uri: copy.uri, videoId: copy.videoId, terms, title };
}
