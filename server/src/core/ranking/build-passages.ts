import type { Line } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import { overlapMs, type TimeRange, type Uri } from '../domain/time-range.ts';
import { writesCompounds } from '../language/compound-splitter.ts';
import { compareByTime, isCueLine, orderLines, splitLine, withLanguages } from '../language/lines.ts';
import { analyse, toFactTerm, tokenize, toLanguageTerm } from '../language/tokenizer.ts';
import { hashText } from '../text/hash-text.ts';
import { mapInSteps, type Steps } from '../text/steps.ts';

/** Version of Passages and Outlines in their recipe; increase it if analysis or windows change. */
export const PASSAGES_VERSION = 'passages 5';

/** Length of a window, and distance between the starts of windows, in ms. */
export const PASSAGE_WINDOW_MS = 60_000;
export const PASSAGE_STEP_MS = 30_000;

/** Maximum time that a lasting line (a slide, a chapter title) is indexed for, from its start. */
const MAX_LASTING_MS = 600_000;

/** Holds the rows to index: those of one content (`uri` empty) or of one copy. */
export interface PassageSource {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly rows: readonly { readonly lines: readonly Line[] }[];
}

/** Returns the id of the window that starts at `startMs`, whether or not it contains text. */
export function toPassageId(videoId: string, uri: Uri | '', startMs: number): string {
  return `${uri === '' ? videoId : `${videoId}.${hashText(uri)}`}.${startMs}`;
}

/**
 * Returns whether a line is said or shown in a window. A cue belongs to the windows that contain its middle.
 */
export function isLineInWindow(line: Line, window: TimeRange): boolean {
  if (!isCueLine(line)) {
    const endMs = Math.max(line.startMs + 1, Math.min(line.endMs, line.startMs + MAX_LASTING_MS));
    return overlapMs({ startMs: line.startMs, endMs }, window) > 0;
  }
  const middle = (line.startMs + line.endMs) / 2;
  return window.startMs <= middle && middle < window.endMs;
}

/**
 * Returns the terms of consecutive lines, with each speaker's name when they start speaking. Facts add no
 * terms: a hit must never rest on measurements only.
 */
export function toPassageTerms(
  lines: readonly Line[],
  analyseLine: (line: Line) => string = ({ text, language }) => analyse(text, language),
): string {
  const terms: string[] = [];
  const languages = new Set<string>();
  let speaker: string | undefined;
  for (const line of lines) {
    if (line.kind === 'facts') continue;
    if (line.speaker && line.speaker !== speaker) terms.push(analyse(line.speaker, line.language));
    speaker = line.speaker;
    const lineTerms = analyseLine(line);
    if (lineTerms === '') continue;
    terms.push(lineTerms);
    if (line.language) languages.add(line.language);
  }
  const text = terms.filter((term) => term !== '').join(' ');
  return text === '' ? '' : [text, ...[...languages].sort().map(toLanguageTerm)].join(' ');
}

/** Analyses each line once. Returns a function that looks the terms up. */
export function* analyseLines(
  lines: readonly Line[],
  isWord?: (word: string) => boolean,
): Steps<(line: Line) => string> {
  const terms = yield* mapInSteps(lines, ({ text, language }) => analyse(text, language, isWord));
  const byLine = new Map(lines.map((line, at) => [line, terms[at] ?? '']));
  return (line) => byLine.get(line) ?? '';
}

/** Returns the words that lines use in languages that write compounds: they are split into these. */
function* findCompoundParts(lines: readonly Line[]): Steps<ReadonlySet<string>> {
  const words = new Set<string>();
  yield* mapInSteps(lines, (line) => {
    if (!writesCompounds(line.language ?? '')) return;
    for (const { plain } of tokenize(line.text, line.language).words) words.add(plain);
  });
  return words;
}

/**
 * Builds passages of 60 s, every 30 s, over the lines of a content or a copy, in steps. Windows without words are left
 * out. A passage also contains the cue before and after its range as context. Facts get their own passages,
 * with terms that ordinary words never match.
 */
export function* buildPassages(source: PassageSource): Steps<readonly Passage[]> {
  const { videoId, uri } = source;
  const owner = uri === '' ? videoId : `${videoId}.${hashText(uri)}`;
  const all = source.rows.flatMap((row) => row.lines);
  const facts = orderLines(all.filter((line) => line.kind === 'facts'));
  yield;
  const factPassages = yield* mapInSteps(facts, (line): Passage => {
    const { startMs, endMs } = line;
    const terms = analyse(line.text, line.language).split(' ').map(toFactTerm).join(' ');
    return { id: `${owner}.facts.${startMs}`, videoId, uri, startMs, endMs, terms, lines: [line] };
  });
  const contentLines = orderLines(all.filter((line) => line.kind !== 'facts'));
  yield;
  const lines = withLanguages(contentLines).flatMap(splitLine).sort(compareByTime);
  yield;
  const words = yield* findCompoundParts(lines);
  // Each line lies in two windows.
  const analyseLine = yield* analyseLines(lines, (word) => words.has(word));
  const findNeighbour = createNeighbourFinder(lines);
  const windows = groupLinesByWindow(lines);
  yield;
  const textPassages = yield* mapInSteps(windows, ([startMs, windowLines]): readonly Passage[] => {
    const terms = toPassageTerms(windowLines, analyseLine);
    if (terms === '') return [];
    const cueLines = windowLines.filter(isCueLine);
    const [previousLines, nextLines] = [findNeighbour(cueLines[0], -1), findNeighbour(cueLines.at(-1), 1)];
    const range = { startMs, endMs: startMs + PASSAGE_WINDOW_MS };
    return [
      {
        id: toPassageId(videoId, uri, startMs),
        videoId,
        uri,
        ...range,
        terms,
        lines: [...previousLines, ...windowLines, ...nextLines],
      },
    ];
  });
  return [...textPassages.flat(), ...factPassages];
}

/** Groups lines by window start, in order. Drops a last window that adds nothing new. */
function groupLinesByWindow(lines: readonly Line[]): readonly (readonly [number, readonly Line[]])[] {
  const linesByStart = new Map<number, Line[]>();
  for (const line of lines) {
    const middle = (line.startMs + line.endMs) / 2;
    const first = isCueLine(line) ? middle : line.startMs;
    const last = isCueLine(line) ? middle : Math.min(line.endMs, line.startMs + MAX_LASTING_MS);
    for (
      let at = Math.floor(first / PASSAGE_STEP_MS) - 1;
      at <= Math.floor(last / PASSAGE_STEP_MS);
      at += 1
    ) {
      const startMs = at * PASSAGE_STEP_MS;
      if (at < 0 || !isLineInWindow(line, { startMs, endMs: startMs + PASSAGE_WINDOW_MS })) continue;
      const windowLines = linesByStart.get(startMs);
      if (windowLines) windowLines.push(line);
      else linesByStart.set(startMs, [line]);
    }
  }
  const sortedStarts = [...linesByStart].sort(([a], [b]) => a - b);
  const end = sortedStarts.at(-1)?.[0] ?? 0;
  return sortedStarts.filter(([startMs]) => startMs !== end || !linesByStart.has(startMs - PASSAGE_STEP_MS));
}

/** Finds the cue of the same source before (-1) or after (1) a cue. */
function createNeighbourFinder(
  lines: readonly Line[],
): (line: Line | undefined, step: -1 | 1) => readonly Line[] {
  const bySource = Map.groupBy(lines.filter(isCueLine), ({ source }) => source);
  const positions = new Map<Line, number>();
  for (const sourceLines of bySource.values())
    for (const [i, line] of sourceLines.entries()) positions.set(line, i);
  return (line, step) => {
    const position = line && positions.get(line);
    const neighbour =
      position === undefined ? undefined : bySource.get(line?.source ?? '')?.[position + step];
    return neighbour ? [neighbour] : [];
  };
}
