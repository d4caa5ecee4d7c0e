import type { Ms, TimeRange } from '../../protocol/base.ts';
import type { Evidence } from '../../protocol/search.ts';
import { toOneLine } from '../core/text/one-line.ts';

/** Formats a time to a tenth of a second, which is exact enough for seeking: 3723400 -> `1:02:03.4`. */
function formatTimeTenths(ms: Ms): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = String(Math.floor((ms % 60_000) / 100) / 10);
  const paddedSeconds = seconds.includes('.') ? seconds.padStart(4, '0') : seconds.padStart(2, '0');
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${paddedSeconds}`
    : `${minutes}:${paddedSeconds}`;
}

export function formatTimeRange({ startMs, endMs }: TimeRange): string {
  return `${formatTimeTenths(startMs)}-${formatTimeTenths(endMs)}`;
}

export function evidenceText({ kind, speaker, text, startMs, endMs, corrected }: Evidence): string {
  const speakerPrefix = speaker === undefined ? '' : ` ${toOneLine(speaker)}:`;
  const correctionNote = corrected === undefined ? '' : ' (corrected by the user)';
  return `[${formatTimeRange({ startMs, endMs })}] ${kind}:${speakerPrefix} ${toOneLine(text)}${correctionNote}`;
}
