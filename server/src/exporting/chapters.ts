import { formatShortTime, momentTitle, toPlainText } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { placeOnTimeline } from './timeline.ts';

/** Writes lines of time and title, as video sites read them in a description. The first is at 0:00, as they require. */
export function writeChapters(selection: ExportSelection): string {
  const chapters = placeOnTimeline(selection).map(({ moment, startMs }) => ({
    startMs,
    title: momentTitle(moment),
  }));
  const needsOpening = chapters[0] === undefined || formatShortTime(chapters[0].startMs) !== '0:00';
  const allChapters = needsOpening
    ? [{ startMs: 0, title: toPlainText(selection.title) }, ...chapters]
    : chapters;
  return allChapters.map(({ startMs, title }) => `${formatShortTime(startMs)} ${title}\n`).join('');
}

const escapeMetadata = (text: string) => text.replace(/[=;#\\]/g, '\\$&');

/** Writes FFmpeg's metadata file, for `ffmpeg -i in.mp4 -i chapters.ffmeta -map_chapters 1 -c copy out.mp4`. */
export function writeFfmetadata(selection: ExportSelection): string {
  const chapters = placeOnTimeline(selection).map(
    ({ moment, startMs, endMs }) =>
      `\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${endMs}\ntitle=${escapeMetadata(momentTitle(moment))}\n`,
  );
  return `;FFMETADATA1\ntitle=${escapeMetadata(toPlainText(selection.title))}\n${chapters.join('')}`;
}
