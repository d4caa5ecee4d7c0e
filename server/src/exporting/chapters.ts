import { placed } from './place.ts';
import { plain, shortClock, titleOf } from './plain.ts';
import type { Selection } from './selection.ts';

/** Lines of a time and a title, as video sites read them in a description; the first is at 0:00, as they ask. */
export function writeChapters(selection: Selection): string {
  const chapters = placed(selection).map(({ moment, startMs }) => ({ startMs, title: titleOf(moment) }));
  const opens = chapters[0] === undefined || shortClock(chapters[0].startMs) !== '0:00';
  const all = opens ? [{ startMs: 0, title: plain(selection.title) }, ...chapters] : chapters;
  return all.map(({ startMs, title }) => `${shortClock(startMs)} ${title}\n`).join('');
}

const escaped = (text: string) => text.replace(/[=;#\\]/g, '\\$&');

/** FFmpeg's metadata file: `ffmpeg -i in.mp4 -i chapters.ffmeta -map_chapters 1 -c copy out.mp4`. */
export function writeFfmetadata(selection: Selection): string {
  const chapters = placed(selection).map(
    ({ moment, startMs, endMs }) =>
      `\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${endMs}\ntitle=${escaped(titleOf(moment))}\n`,
  );
  return `;FFMETADATA1\ntitle=${escaped(plain(selection.title))}\n${chapters.join('')}`;
}
