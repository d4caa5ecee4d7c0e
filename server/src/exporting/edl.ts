import { formatMediaLink } from '../core/domain/media-link.ts';
import { type FrameRate, isDropFrame, nominalRate, toSequence, toSequenceRate } from './frame-rate.ts';
import { momentTitle, padTwo, toPlainText } from './plain-text.ts';
import { ExportError, type ExportSelection, type ExportSource } from './selection.ts';

/** Limits the events, because their number has three digits. */
const MAX_EVENTS = 999;
const MAX_TITLE_CHARS = 70;
/** Sets the start of the programme to one hour, as editing programs expect. */
const START_HOURS = 1;

/**
 * Returns the number that a frame has in time codes. Drop-frame codes skip the first 2 numbers of each minute (4 at
 * 59.94), except every tenth, so that an hour of codes lasts an hour.
 */
function toCodeNumber(frame: number, rate: FrameRate): number {
  if (!isDropFrame(rate)) return frame;
  const perSecond = nominalRate(rate);
  const skipped = perSecond / 15;
  const perMinute = perSecond * 60 - skipped;
  const perTenMinutes = perMinute * 10 + skipped;
  const tens = Math.floor(frame / perTenMinutes);
  const rest = frame % perTenMinutes;
  const minutes = Math.max(0, Math.floor((rest - skipped) / perMinute));
  return frame + skipped * (9 * tens + minutes);
}

/** Returns the frame at a whole hour of time codes. */
function toHourFrame(hours: number, rate: FrameRate): number {
  const perHour = 3600 * nominalRate(rate);
  return hours * (isDropFrame(rate) ? perHour - (nominalRate(rate) / 15) * 54 : perHour);
}

/** Formats an SMPTE time code, with `;` before the frames if it is drop-frame. */
function timecode(frame: number, rate: FrameRate): string {
  const perSecond = nominalRate(rate);
  const number = toCodeNumber(frame, rate);
  const seconds = Math.floor(number / perSecond);
  const hours = Math.floor(seconds / 3600) % 24;
  const separator = isDropFrame(rate) ? ';' : ':';
  return `${padTwo(hours)}:${padTwo(Math.floor(seconds / 60) % 60)}:${padTwo(seconds % 60)}${separator}${padTwo(number % perSecond)}`;
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

/**
 * Writes a CMX 3600 EDL with cuts only, at a standard rate that is not slower than most of the media. Throws ExportError
 * for over 999 moments.
 */
export function writeEdl(selection: ExportSelection): string {
  const { moments, title } = selection;
  if (moments.length > MAX_EVENTS) {
    throw new ExportError(
      `An EDL can contain at most ${MAX_EVENTS} moments, but ${moments.length} are selected.`,
      'Select fewer moments, or export as otio or fcpxml.',
    );
  }
  const rate = toSequenceRate(selection);
  const reelByUri = assignReels(moments.map(({ source }) => source));
  const firstFrame = toHourFrame(START_HOURS, rate);
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
  const mode = isDropFrame(rate) ? 'DROP FRAME' : 'NON-DROP FRAME';
  return `TITLE: ${toPlainText(title).slice(0, MAX_TITLE_CHARS)}\nFCM: ${mode}\n\n${events.join('\n')}\n`;
}
