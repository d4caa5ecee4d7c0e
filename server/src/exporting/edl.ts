import { formatMediaLink } from '../core/domain/media-link.ts';
import { type FrameRate, mostCommonRate, nominalRate, toSequence } from './frame-rate.ts';
import { momentTitle, padTwo, toPlainText } from './plain-text.ts';
import { ExportError, type ExportSelection, type ExportSource } from './selection.ts';

/** Limits the events, because their number has three digits. */
const MAX_EVENTS = 999;
const MAX_TITLE_CHARS = 70;
/** Sets the start of the programme to one hour, as editing programs expect. */
const START_HOURS = 1;

/** Returns a rate that a time code can count. Its frame field has two digits, so faster rates are divided. */
function toCountableRate(rate: FrameRate): FrameRate {
  const step = Math.ceil(nominalRate(rate) / 99);
  return { frames: rate.frames, seconds: rate.seconds * step };
}

/** Formats a non-drop time code, also at 29.97 frames per second. */
function timecode(frame: number, rate: FrameRate): string {
  const perSecond = nominalRate(rate);
  const seconds = Math.floor(frame / perSecond);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${padTwo(hours)}:${padTwo(Math.floor(seconds / 60) % 60)}:${padTwo(seconds % 60)}:${padTwo(frame % perSecond)}`;
}

/** Assigns each file a unique reel name of at most eight letters and digits. */
function assignReels(sources: readonly ExportSource[]): ReadonlyMap<string, string> {
  const byUri = new Map<string, string>();
  const usedReels = new Set<string>();
  for (const { uri, name } of sources) {
    if (byUri.has(uri)) continue;
    const letters = name
      .replace(/\.[^.]*$/, '')
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase();
    let reel = letters.slice(0, 8) || 'REEL';
    // BL (black) and AX (no reel) are reserved.
    for (let n = 1; usedReels.has(reel) || reel === 'BL' || reel === 'AX'; n += 1)
      reel = `${letters.slice(0, 8 - String(n).length)}${n}`;
    usedReels.add(reel);
    byUri.set(uri, reel);
  }
  return byUri;
}

function channelCode({ video, audio }: ExportSource): string {
  if (audio === undefined) return 'V';
  return video ? 'B' : 'A';
}

/** Writes a CMX 3600 EDL with cuts only, at the most common frame rate. Throws ExportError for over 999 moments. */
export function writeEdl(selection: ExportSelection): string {
  const { moments, title } = selection;
  if (moments.length > MAX_EVENTS) {
    throw new ExportError(
      `An EDL can contain at most ${MAX_EVENTS} moments, but ${moments.length} are selected.`,
      'Select fewer moments, or export as otio or fcpxml.',
    );
  }
  const rate = toCountableRate(mostCommonRate(selection));
  const reelByUri = assignReels(moments.map(({ source }) => source));
  const firstFrame = START_HOURS * 3600 * nominalRate(rate);
  const events = toSequence(moments, rate).map(({ moment, start, count, offset }, index) => {
    const { source } = moment;
    const times = [start, start + count, firstFrame + offset, firstFrame + offset + count];
    return [
      [
        String(index + 1).padStart(3, '0'),
        ` ${(reelByUri.get(source.uri) ?? '').padEnd(8)}`,
        channelCode(source).padEnd(5),
        `C        ${times.map((frame) => timecode(frame, rate)).join(' ')}`,
      ].join(' '),
      `* FROM CLIP NAME: ${toPlainText(source.name)}`,
      `* SOURCE FILE: ${formatMediaLink(source.uri, moment)}`,
      `* COMMENT: ${momentTitle(moment)}`,
    ].join('\n');
  });
  return `TITLE: ${toPlainText(title).slice(0, MAX_TITLE_CHARS)}\nFCM: NON-DROP FRAME\n\n${events.join('\n')}\n`;
}
