import { setImmediate } from 'node:timers/promises';
import { AV_LOG_INFO, AV_LOG_QUIET } from 'node-av/constants';
import { type FormatContext, Log } from 'node-av/lib';
import type { Ms } from '../../core/domain/time-range.ts';
import type { Chapter } from '../../core/domain/video.ts';

const MAX_CHAPTERS = 1000;
const END_MARKER = 'goldfish: end of dump';

/**
 * Parses the chapters from the messages in which libav describes a container. The binding offers no other
 * access to them. A title that imitates such messages can only invent chapters of its own file.
 */
export function parseDumpedChapters(messages: readonly string[]): readonly Chapter[] {
  const chapters: { startMs: Ms; endMs: Ms; title: string }[] = [];
  for (const [at, message] of messages.entries()) {
    if (/^ *Stream #\d/.test(message) || chapters.length === MAX_CHAPTERS) break;
    const last = chapters.at(-1);
    if (/^ *Chapter #\d+:\d+: $/.test(message)) {
      const times = /^start (-?[\d.]+), end (-?[\d.]+)$/.exec(messages.slice(at + 1, at + 3).join(''));
      if (!times) continue;
      chapters.push({
        startMs: Math.round(Number(times[1]) * 1000),
        endMs: Math.round(Number(times[2]) * 1000),
        title: '',
      });
    } else if (last?.title === '' && /^ *title *: $/i.test(message)) {
      const end = messages.indexOf('', at + 1);
      last.title = messages
        .slice(at + 1, end < 0 ? undefined : end)
        .join('')
        .trim();
    }
  }
  return chapters;
}

/** Makes libav describe an opened container, and parses the chapters from that. */
export async function readChapters(format: FormatContext): Promise<readonly Chapter[]> {
  const messages: string[] = [];
  let isComplete = false;
  Log.setCallback(
    (_level, message) => {
      if (message.includes(END_MARKER)) isComplete = true;
      if (!isComplete) messages.push(message);
    },
    { maxLevel: AV_LOG_INFO },
  );
  Log.setLevel(AV_LOG_INFO);
  format.dumpFormat(0, '', false);
  Log.log(AV_LOG_INFO, END_MARKER);
  Log.setLevel(AV_LOG_QUIET);
  // The binding delivers messages in later turns of the event loop.
  for (let attempt = 0; !isComplete && attempt < 1000; attempt += 1) await setImmediate();
  Log.resetCallback();
  return parseDumpedChapters(messages);
}
