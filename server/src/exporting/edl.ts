import { mediaLink } from '../core/mediaLink.ts';
import { plain, titleOf, two } from './plain.ts';
import { commonRate, nominal, type Rate, sequenceOf } from './rate.ts';
import { ExportError, type Selection, type Source } from './selection.ts';

/** The event number has three digits. */
const EVENTS = 999;
const TITLE = 70;
/** Programmes begin at one hour, as editors expect. */
const START_HOURS = 1;

/** The frames of a time code have two digits: of faster pictures each second, third, ... is counted. */
function countable(rate: Rate): Rate {
  const step = Math.ceil(nominal(rate) / 99);
  return { frames: rate.frames, seconds: rate.seconds * step };
}

/** Non-drop time code: frames are counted, at 29.97 too. */
function timecode(frame: number, rate: Rate): string {
  const perSecond = nominal(rate);
  const seconds = Math.floor(frame / perSecond);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:${two(frame % perSecond)}`;
}

/** A reel a file: eight letters and digits, none twice. */
function reels(sources: readonly Source[]): ReadonlyMap<string, string> {
  const byUri = new Map<string, string>();
  const taken = new Set<string>();
  for (const { uri, name } of sources) {
    if (byUri.has(uri)) continue;
    const letters = name
      .replace(/\.[^.]*$/, '')
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase();
    let reel = letters.slice(0, 8) || 'REEL';
    // BL is black and AX "no reel": both have a meaning of their own.
    for (let n = 1; taken.has(reel) || reel === 'BL' || reel === 'AX'; n += 1)
      reel = `${letters.slice(0, 8 - String(n).length)}${n}`;
    taken.add(reel);
    byUri.set(uri, reel);
  }
  return byUri;
}

function channels({ video, audio }: Source): string {
  if (audio === undefined) return 'V';
  return video ? 'B' : 'A';
}

/** CMX 3600: cuts only, at the rate most moments have. */
export function writeEdl(selection: Selection): string {
  const { moments, title } = selection;
  if (moments.length > EVENTS) {
    throw new ExportError(
      `An EDL holds ${EVENTS} events, and ${moments.length} moments are chosen.`,
      'Choose fewer, or export as otio or fcpxml.',
    );
  }
  const rate = countable(commonRate(selection));
  const named = reels(moments.map(({ source }) => source));
  const first = START_HOURS * 3600 * nominal(rate);
  const events = sequenceOf(moments, rate).map(({ moment, start, count, offset }, at) => {
    const { source } = moment;
    const times = [start, start + count, first + offset, first + offset + count];
    return [
      [
        String(at + 1).padStart(3, '0'),
        ` ${(named.get(source.uri) ?? '').padEnd(8)}`,
        channels(source).padEnd(5),
        `C        ${times.map((frame) => timecode(frame, rate)).join(' ')}`,
      ].join(' '),
      `* FROM CLIP NAME: ${plain(source.name)}`,
      `* SOURCE FILE: ${mediaLink(source.uri, moment)}`,
      `* COMMENT: ${titleOf(moment)}`,
    ].join('\n');
  });
  return `TITLE: ${plain(title).slice(0, TITLE)}\nFCM: NON-DROP FRAME\n\n${events.join('\n')}\n`;
}
