import type { Line } from '../domain/description.ts';
import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import { compareByTime, isCueLine } from '../language/lines.ts';
import { analyse, foldAccents } from '../language/tokenizer.ts';
import type { Question } from '../query/question-analysis.ts';
import { isLineInWindow } from './build-passages.ts';
import { matchesConcept } from './concept-match.ts';

/** No hit is longer, ms. */
export const MAX_HIT_MS = 30_000;

/** The place a hit points to, and the lines that are the reason for it. */
export interface TextSpan extends TimeRange {
  readonly evidence: readonly Line[];
}

interface WeighedLine {
  readonly line: Line;
  /** Concepts that the line or its speaker's name holds. */
  readonly held: readonly number[];
}

const WHOLE_VIDEO: TimeRange = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };

/** A second line with the same word adds little, a further one next to nothing. */
const REPEAT_DECAY = 0.3;

/** Letters that a Latin word has in common with its stem. */
const STEM_PREFIX_CHARS = 3;

/**
 * False where a line surely holds nothing that is asked: no word of it starts as a term does. Most lines of a
 * window are such, and analysing them is most of the work. Terms in other scripts, numbers and signs pass.
 */
function createLineFilterByPrefix(question: Question): (text: string) => boolean {
  const terms = question.concepts.flatMap((concept) => [...concept.terms, ...concept.parts]);
  if (!terms.every((term) => /^[a-z]{2}/.test(term) && !/sharp$|plusplus$/.test(term))) return () => true;
  const prefixes = [...new Set(terms.map((term) => term.slice(0, STEM_PREFIX_CHARS)))];
  return (text) => {
    const plainText = foldAccents(text.toLowerCase());
    return /\p{L}\.\p{L}\./u.test(plainText) || prefixes.some((start) => plainText.includes(start));
  };
}

function weighLines(question: Question, lines: readonly Line[]): readonly WeighedLine[] {
  const mayMatch = createLineFilterByPrefix(question);
  return lines.map((line) => {
    const text = `${line.speaker ?? ''} ${line.text}`;
    if (!mayMatch(text)) return { line, held: [] };
    const terms = new Set(analyse(text, line.language).split(' '));
    return {
      line,
      held: question.concepts.flatMap((_, id) => (matchesConcept(question, id, terms) ? [id] : [])),
    };
  });
}

/** What lines hold together: each concept by its weight, repeats fading. */
function computeGain(weighedLines: readonly WeighedLine[], weights: readonly number[]): number {
  const timesSeen = new Map<number, number>();
  let gain = 0;
  for (const { held } of weighedLines)
    for (const id of held) {
      const timesBefore = timesSeen.get(id) ?? 0;
      gain += (weights[id] ?? 0) * REPEAT_DECAY ** timesBefore;
      timesSeen.set(id, timesBefore + 1);
    }
  return gain;
}

function toTimeRange(lines: readonly WeighedLine[]): TimeRange {
  const startMs = lines[0]?.line.startMs ?? 0;
  return { startMs, endMs: lines.reduce((end, { line }) => Math.max(end, line.endMs), startMs) };
}

/** The run of cues of at most 30 s that holds most, the shortest of equals; and how much that is. */
function findBestRun(cues: readonly WeighedLine[], weights: readonly number[]) {
  let best = { from: 0, to: 0, gain: 0, lengthMs: 0 };
  cues.forEach((first, from) => {
    if (first.held.length === 0) return;
    for (let to = from + 1; to <= cues.length; to += 1) {
      const run = cues.slice(from, to);
      const { startMs, endMs } = toTimeRange(run);
      const lengthMs = endMs - startMs;
      if (to > from + 1 && lengthMs > MAX_HIT_MS) break;
      if (run.at(-1)?.held.length === 0) continue;
      const gain = computeGain(run, weights);
      if (gain > best.gain + 1e-9 || (Math.abs(gain - best.gain) < 1e-9 && lengthMs < best.lengthMs))
        best = { from, to, gain, lengthMs };
    }
  });
  return best;
}

/** Cuts a range to its first 30 s; a sentence keeps its text. */
export function capToMaxHit<T extends TimeRange>(range: T): T {
  return { ...range, endMs: Math.min(range.endMs, range.startMs + MAX_HIT_MS) };
}

/** One cue either side of a run where the whole still fits. */
function widenRun(cues: readonly WeighedLine[], from: number, to: number): TimeRange {
  let range = toTimeRange(cues.slice(from, to));
  const sides = [
    { line: cues[from - 1]?.line, side: 'before' },
    { line: cues[to]?.line, side: 'after' },
  ];
  for (const { line } of sides) {
    if (!line) continue;
    const widerRange = {
      startMs: Math.min(range.startMs, line.startMs),
      endMs: Math.max(range.endMs, line.endMs),
    };
    if (widerRange.endMs - widerRange.startMs <= MAX_HIT_MS) range = widerRange;
  }
  return range;
}

/**
 * Where in a passage the answer is: the smallest run of cues that holds the evidence, with one cue either side
 * where that fits in 30 s. Where a line that is no cue (a slide, a chapter) holds more than any run, its own range
 * or the 30 s of it around what else was found. `weights` is the rarity of each concept. Undefined where nothing
 * of what is asked stands in a line. Cues outside `window` are context: they widen a place and are no evidence.
 */
export function findBestSpan(
  question: Question,
  lines: readonly Line[],
  weights: readonly number[],
  window: TimeRange = WHOLE_VIDEO,
): TextSpan | undefined {
  const weighedLines = weighLines(question, [...lines].sort(compareByTime)).map((weighedLine) =>
    isLineInWindow(weighedLine.line, window) ? weighedLine : { ...weighedLine, held: [] },
  );
  const cues = weighedLines.filter(({ line }) => isCueLine(line));
  const lastingLines = weighedLines.filter(({ line, held }) => !isCueLine(line) && held.length > 0);
  const run = findBestRun(cues, weights);
  const strongest = lastingLines
    .map((weighedLine) => ({ one: weighedLine, gain: computeGain([weighedLine], weights) }))
    .sort((a, b) => b.gain - a.gain)[0];
  if (run.gain === 0 && !strongest) return undefined;
  const runLines = cues.slice(run.from, run.to).filter(({ held }) => held.length > 0);
  if (!strongest || run.gain >= strongest.gain) {
    const range = widenRun(cues, run.from, run.to);
    const overlappingLines = lastingLines.filter(({ line }) => overlapMs(line, range) > 0);
    return {
      ...capToMaxHit(range),
      evidence: [...runLines, ...overlappingLines].map(({ line }) => line).sort(compareByTime),
    };
  }
  const { line } = strongest.one;
  const runRange = toTimeRange(cues.slice(run.from, run.to));
  const overlapsRun = run.gain > 0 && overlapMs(line, runRange) > 0;
  const range = overlapsRun
    ? widenRun(cues, run.from, run.to)
    : capToMaxHit<TimeRange>({ startMs: line.startMs, endMs: line.endMs });
  const overlappingLines = lastingLines.filter((weighedLine) => overlapMs(weighedLine.line, range) > 0);
  return {
    ...capToMaxHit(range),
    evidence: [...(overlapsRun ? runLines : []), ...overlappingLines]
      .map((weighedLine) => weighedLine.line)
      .sort(compareByTime),
  };
}
