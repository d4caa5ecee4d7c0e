import type { TimeRange, Uri } from './time-range.ts';

function toSeconds(ms: number): string {
  return String(Math.round(ms) / 1000);
}

/**
 * Formats a W3C media fragment: `file:///a.mp4#t=83.2,97`. The URI is percent-encoded, so a `#` in the file
 * name is `%23` and the first `#` starts the fragment.
 */
export function formatMediaLink(uri: Uri, range: TimeRange): string {
  return `${uri}#t=${toSeconds(range.startMs)},${toSeconds(range.endMs)}`;
}

/** Parses normal play time (`83.2`, `1:23.2`, `0:01:23.2`) to ms; returns undefined for anything else. */
function parseNptMs(time: string): number | undefined {
  const match = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)$/.exec(time);
  if (!match) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  if (time.includes(':') && Number(seconds) >= 60) return undefined;
  const ms = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

export interface MediaLink {
  readonly uri: Uri;
  /** 0 if the link states no start. */
  readonly startMs: number;
  readonly endMs?: number;
}

/** Parses a media link. A fragment without a valid time means the whole video, as the standard requires. */
export function parseMediaLink(link: string): MediaLink {
  const hash = link.indexOf('#');
  if (hash < 0) return { uri: link, startMs: 0 };
  const uri = link.slice(0, hash);
  const value = /(?:^|&)t=(?:npt:)?([^&]*)$|(?:^|&)t=(?:npt:)?([^&]*)&/.exec(link.slice(hash + 1));
  const [from = '', to] = (value?.[1] ?? value?.[2] ?? '').split(',');
  const startMs = from === '' ? 0 : parseNptMs(from);
  const endMs = to === undefined ? undefined : parseNptMs(to);
  if (startMs === undefined || (to !== undefined && endMs === undefined)) return { uri, startMs: 0 };
  if (endMs === undefined) return { uri, startMs };
  return startMs < endMs ? { uri, startMs, endMs } : { uri, startMs: 0 };
}
