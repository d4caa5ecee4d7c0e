import { z } from 'zod';
import type { Ms, TimeRange } from '../../protocol/base.ts';
import type { Evidence, Hit } from '../../protocol/search.ts';
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

export const evidenceShape = z.object({
  kind: z.string(),
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  source: z.string(),
  speaker: z.string().optional(),
  language: z.string().optional(),
  corrected: z
    .object({ id: z.string(), text: z.string(), speaker: z.string().optional() })
    .optional()
    .describe('present where a person corrected the line: what stood there before'),
});

export const hitShape = z.object({
  clipId: z.string(),
  uri: z.string(),
  path: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  score: z.number(),
  weak: z.boolean(),
  link: z.string().describe('the file with a media fragment in seconds, for citing'),
  evidence: z.array(evidenceShape),
});

/** Of what the daemon says, the members that the shapes tell of: a schema allows no others. */
export function evidenceOf({ kind, text, startMs, endMs, source, speaker, language }: Evidence) {
  return { kind, text, startMs, endMs, source, speaker, language };
}

export function momentOf({ clipId, uri, path, startMs, endMs, score, weak, link, evidence }: Hit) {
  return { clipId, uri, path, startMs, endMs, score, weak, link, evidence: evidence.map(evidenceOf) };
}
