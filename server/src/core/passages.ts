import type { Line } from './description.ts';
import { isMoment, orderLines, splitLine, withLanguages } from './lines.ts';
import type { Passage } from './passage.ts';
import { overlapMs, type TimeRange, type Uri } from './range.ts';
import { analyse, contentWords, factTerm, languageTerm } from './words.ts';

/** Part of the recipe of Passages and Outlines: what is analysed or cut differently gets another. */
export const PASSAGES_VERSION = 'passages 2';

/** A window of words that belong together, and how far the next one starts, ms. */
export const WINDOW_MS = 60_000;
export const STEP_MS = 30_000;

/** A line that lasts (a slide, a chapter's title) counts in the windows of its first ten minutes. */
const LONGEST_LASTING_MS = 600_000;

/** What Passages are made of: rows of one content (`uri` empty) or of one copy. */
export interface PassageSource {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly rows: readonly { readonly lines: readonly Line[] }[];
}

/** True where a line is counted as said or shown in that window and not in the next one. */
export function within(line: Line, window: TimeRange): boolean {
  if (!isMoment(line)) {
    const endMs = Math.max(line.startMs + 1, Math.min(line.endMs, line.startMs + LONGEST_LASTING_MS));
    return overlapMs({ startMs: line.startMs, endMs }, window) > 0;
  }
  const middle = (line.startMs + line.endMs) / 2;
  return window.startMs <= middle && middle < window.endMs;
}

/**
 * The terms of lines that follow each other: a speaker's name once where they take over, then what is said. Facts
 * give none: measured words alone are never the reason for a hit.
 */
export function termsOf(lines: readonly Line[], knows?: (word: string) => boolean): string {
  const terms: string[] = [];
  const languages = new Set<string>();
  let speaker: string | undefined;
  for (const line of lines) {
    if (line.kind === 'facts') continue;
    if (line.speaker && line.speaker !== speaker) terms.push(analyse(line.speaker, line.language));
    speaker = line.speaker;
    const found = analyse(line.text, line.language, knows);
    if (found === '') continue;
    terms.push(found);
    if (line.language) languages.add(line.language);
  }
  const text = terms.filter((term) => term !== '').join(' ');
  return text === '' ? '' : [text, ...[...languages].sort().map(languageTerm)].join(' ');
}

/** All words of a text's lines, by language: what a compound may be made of. */
function vocabulary(lines: readonly Line[]): (word: string) => boolean {
  const words = new Set(
    lines.flatMap((line) => contentWords(line.text, line.language).words.map(({ plain }) => plain)),
  );
  return (word) => words.has(word);
}

/** 53 bits of a text, for ids: cheap, stable, no secret. */
function shortHash(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}

/**
 * 60 s windows, 30 s apart, over the lines of a content or a copy. A window without words is left out. Besides
 * its own lines a Passage carries the cue before and the cue after (outside its range) as context for a hit. Facts
 * get Passages of their own, with terms that ordinary words never find.
 */
export function passages(source: PassageSource): readonly Passage[] {
  const all = source.rows.flatMap((row) => row.lines);
  const facts = orderLines(all.filter((line) => line.kind === 'facts'));
  const told = all.filter((line) => line.kind !== 'facts');
  const lines = withLanguages(orderLines(told)).flatMap(splitLine);
  const knows = vocabulary(lines);
  const owner = source.uri === '' ? source.videoId : `${source.videoId}.${shortHash(source.uri)}`;
  const { videoId, uri } = source;
  const measured = facts.map((line): Passage => {
    const { startMs, endMs } = line;
    const terms = analyse(line.text, line.language).split(' ').map(factTerm).join(' ');
    return { id: `${owner}.facts.${startMs}`, videoId, uri, startMs, endMs, terms, lines: [line] };
  });
  const spoken = starts(lines).flatMap((startMs): readonly Passage[] => {
    const range = { startMs, endMs: startMs + WINDOW_MS };
    const inside = lines.filter((line) => within(line, range));
    const terms = termsOf(inside, knows);
    if (terms === '') return [];
    const around = [...context(lines, inside, 'before'), ...inside, ...context(lines, inside, 'after')];
    return [{ id: `${owner}.${startMs}`, videoId, uri, ...range, terms, lines: around }];
  });
  return [...spoken, ...measured];
}

/** Where windows start, in order: each holds something that the one before it does not. */
function starts(lines: readonly Line[]): readonly number[] {
  const found = new Set<number>();
  for (const line of lines) {
    const last = isMoment(line)
      ? (line.startMs + line.endMs) / 2
      : Math.max(line.startMs, Math.min(line.endMs, line.startMs + LONGEST_LASTING_MS) - 1);
    const first = isMoment(line) ? last : line.startMs;
    const from = Math.max(0, Math.floor(first / STEP_MS) - 1);
    for (let step = from; step <= Math.floor(last / STEP_MS); step += 1) found.add(step * STEP_MS);
  }
  const sorted = [...found].sort((a, b) => a - b);
  const end = sorted.at(-1);
  return sorted.filter((startMs) => startMs !== end || !found.has(startMs - STEP_MS));
}

function context(lines: readonly Line[], inside: readonly Line[], side: 'before' | 'after'): readonly Line[] {
  const moments = inside.filter(isMoment);
  const edge = side === 'before' ? moments[0] : moments.at(-1);
  if (!edge) return [];
  const same = lines.filter((line) => line.source === edge.source && isMoment(line));
  const neighbour = same[same.indexOf(edge) + (side === 'before' ? -1 : 1)];
  return neighbour ? [neighbour] : [];
}
