import { compounding } from './compounds.ts';
import type { Line } from './description.ts';
import { hashText } from './hash.ts';
import { byTime, isMoment, orderLines, splitLine, withLanguages } from './lines.ts';
import type { Passage } from './passage.ts';
import { overlapMs, type TimeRange, type Uri } from './range.ts';
import { analyse, contentWords, factTerm, languageTerm } from './words.ts';

/** Part of the recipe of Passages and Outlines: what is analysed or cut differently gets another. */
export const PASSAGES_VERSION = 'passages 3';

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

/** Names the window of a content or a copy that starts there, whether it holds any words or not. */
export function passageId(videoId: string, uri: Uri | '', startMs: number): string {
  return `${uri === '' ? videoId : `${videoId}.${hashText(uri)}`}.${startMs}`;
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
export function termsOf(
  lines: readonly Line[],
  analysed: (line: Line) => string = ({ text, language }) => analyse(text, language),
): string {
  const terms: string[] = [];
  const languages = new Set<string>();
  let speaker: string | undefined;
  for (const line of lines) {
    if (line.kind === 'facts') continue;
    if (line.speaker && line.speaker !== speaker) terms.push(analyse(line.speaker, line.language));
    speaker = line.speaker;
    const found = analysed(line);
    if (found === '') continue;
    terms.push(found);
    if (line.language) languages.add(line.language);
  }
  const text = terms.filter((term) => term !== '').join(' ');
  return text === '' ? '' : [text, ...[...languages].sort().map(languageTerm)].join(' ');
}

/** Analyses each line once (it stands in two windows), splitting compounds into words that the lines use. */
function analyser(lines: readonly Line[]): (line: Line) => string {
  const words = new Set<string>();
  for (const line of lines) {
    if (!compounding(line.language ?? '')) continue;
    for (const { plain } of contentWords(line.text, line.language).words) words.add(plain);
  }
  const terms = new Map(
    lines.map((line) => [line, analyse(line.text, line.language, (word) => words.has(word))]),
  );
  return (line) => terms.get(line) ?? '';
}

/**
 * 60 s windows, 30 s apart, over the lines of a content or a copy. A window without words is left out. Besides
 * its own lines a Passage carries the cue before and the cue after (outside its range) as context for a hit. Facts
 * get Passages of their own, with terms that ordinary words never find.
 */
export function passages(source: PassageSource): readonly Passage[] {
  const { videoId, uri } = source;
  const owner = uri === '' ? videoId : `${videoId}.${hashText(uri)}`;
  const all = source.rows.flatMap((row) => row.lines);
  const measured = orderLines(all.filter((line) => line.kind === 'facts')).map((line): Passage => {
    const { startMs, endMs } = line;
    const terms = analyse(line.text, line.language).split(' ').map(factTerm).join(' ');
    return { id: `${owner}.facts.${startMs}`, videoId, uri, startMs, endMs, terms, lines: [line] };
  });
  const told = orderLines(all.filter((line) => line.kind !== 'facts'));
  const lines = withLanguages(told).flatMap(splitLine).sort(byTime);
  const analysed = analyser(lines);
  const beside = neighbours(lines);
  const spoken = windows(lines).flatMap(([startMs, inside]): readonly Passage[] => {
    const terms = termsOf(inside, analysed);
    if (terms === '') return [];
    const moments = inside.filter(isMoment);
    const [before, after] = [beside(moments[0], -1), beside(moments.at(-1), 1)];
    const range = { startMs, endMs: startMs + WINDOW_MS };
    return [
      {
        id: passageId(videoId, uri, startMs),
        videoId,
        uri,
        ...range,
        terms,
        lines: [...before, ...inside, ...after],
      },
    ];
  });
  return [...spoken, ...measured];
}

/** Lines by the start of each window that counts them, in order; every window holds something new. */
function windows(lines: readonly Line[]): readonly (readonly [number, readonly Line[]])[] {
  const found = new Map<number, Line[]>();
  for (const line of lines) {
    const middle = (line.startMs + line.endMs) / 2;
    const first = isMoment(line) ? middle : line.startMs;
    const last = isMoment(line) ? middle : Math.min(line.endMs, line.startMs + LONGEST_LASTING_MS);
    for (let at = Math.floor(first / STEP_MS) - 1; at <= Math.floor(last / STEP_MS); at += 1) {
      const startMs = at * STEP_MS;
      if (at < 0 || !within(line, { startMs, endMs: startMs + WINDOW_MS })) continue;
      const held = found.get(startMs);
      if (held) held.push(line);
      else found.set(startMs, [line]);
    }
  }
  const sorted = [...found].sort(([a], [b]) => a - b);
  const end = sorted.at(-1)?.[0] ?? 0;
  return sorted.filter(([startMs]) => startMs !== end || !found.has(startMs - STEP_MS));
}

/** Finds the cue of the same source before (-1) or after (1) a cue. */
function neighbours(lines: readonly Line[]): (line: Line | undefined, step: -1 | 1) => readonly Line[] {
  const bySource = Map.groupBy(lines.filter(isMoment), ({ source }) => source);
  const places = new Map<Line, number>();
  for (const same of bySource.values()) for (const [i, line] of same.entries()) places.set(line, i);
  return (line, step) => {
    const at = line && places.get(line);
    const found = at === undefined ? undefined : bySource.get(line?.source ?? '')?.[at + step];
    return found ? [found] : [];
  };
}
