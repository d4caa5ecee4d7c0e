import type { Ms, TimeRange } from '../../protocol/base.ts';
import type { Evidence } from '../../protocol/search.ts';
import { oneLine } from '../core/oneLine.ts';

/** 3723400 -> `1:02:03.4`: exact enough to seek to. */
function clock(ms: Ms): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = String(Math.floor((ms % 60_000) / 100) / 10);
  const padded = seconds.includes('.') ? seconds.padStart(4, '0') : seconds.padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`;
}

export function clockRange({ startMs, endMs }: TimeRange): string {
  return `${clock(startMs)}-${clock(endMs)}`;
}

export function evidenceLine({ kind, speaker, text, startMs, endMs, corrected }: Evidence): string {
  const who = speaker === undefined ? '' : ` ${oneLine(speaker)}:`;
  const by = corrected === undefined ? '' : ' (corrected by a person)';
  return `[${clockRange({ startMs, endMs })}] ${kind}:${who} ${oneLine(text)}${by}`;
}
