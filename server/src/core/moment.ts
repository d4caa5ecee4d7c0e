import type { Line } from './description.ts';
import { byTime, isMoment } from './lines.ts';
import type { Question } from './question.ts';
import { overlapMs, type TimeRange } from './range.ts';
import { holds } from './rescore.ts';
import { analyse, fold } from './words.ts';

/** No hit is longer, ms. */
export const LONGEST_HIT_MS = 30_000;

/** The place a hit points to, and the lines that are the reason for it. */
export interface Moment extends TimeRange {
  readonly evidence: readonly Line[];
}

interface Weighed {
  readonly line: Line;
  /** Concepts that the line or its speaker's name holds. */
  readonly held: readonly number[];
}

/** A second line with the same word adds little, a further one next to nothing. */
const FADING = 0.3;

/** Letters that a Latin word has in common with its stem. */
const COMMON = 3;

/**
 * False where a line surely holds nothing that is asked: no word of it starts as a term does. Most lines of a
 * window are such, and analysing them is most of the work. Terms in other scripts, numbers and signs pass.
 */
function roughly(question: Question): (text: string) => boolean {
  const terms = question.concepts.flatMap((concept) => [...concept.terms, ...concept.parts]);
  if (!terms.every((term) => /^[a-z]{2}/.test(term) && !/sharp$|plusplus$/.test(term))) return () => true;
  const starts = [...new Set(terms.map((term) => term.slice(0, COMMON)))];
  return (text) => {
    const plain = fold(text.toLowerCase());
    return /\p{L}\.\p{L}\./u.test(plain) || starts.some((start) => plain.includes(start));
  };
}

function weigh(question: Question, lines: readonly Line[]): readonly Weighed[] {
  const may = roughly(question);
  return lines.map((line) => {
    const text = `${line.speaker ?? ''} ${line.text}`;
    if (!may(text)) return { line, held: [] };
    const terms = new Set(analyse(text, line.language).split(' '));
    return { line, held: question.concepts.flatMap((_, id) => (holds(question, id, terms) ? [id] : [])) };
  });
}

/** What lines hold together: each concept by its weight, repeats fading. */
function gainOf(weighed: readonly Weighed[], weights: readonly number[]): number {
  const times = new Map<number, number>();
  let gain = 0;
  for (const { held } of weighed)
    for (const id of held) {
      const before = times.get(id) ?? 0;
      gain += (weights[id] ?? 0) * FADING ** before;
      times.set(id, before + 1);
    }
  return gain;
}

function span(lines: readonly Weighed[]): TimeRange {
  const startMs = lines[0]?.line.startMs ?? 0;
  return { startMs, endMs: lines.reduce((end, { line }) => Math.max(end, line.endMs), startMs) };
}

/** The run of cues of at most 30 s that holds most, the shortest of equals; and how much that is. */
function bestRun(cues: readonly Weighed[], weights: readonly number[]) {
  let best = { from: 0, to: 0, gain: 0, lengthMs: 0 };
  cues.forEach((first, from) => {
    if (first.held.length === 0) return;
    for (let to = from + 1; to <= cues.length; to += 1) {
      const run = cues.slice(from, to);
      const { startMs, endMs } = span(run);
      const lengthMs = endMs - startMs;
      if (to > from + 1 && lengthMs > LONGEST_HIT_MS) break;
      if (run.at(-1)?.held.length === 0) continue;
      const gain = gainOf(run, weights);
      if (gain > best.gain + 1e-9 || (Math.abs(gain - best.gain) < 1e-9 && lengthMs < best.lengthMs))
        best = { from, to, gain, lengthMs };
    }
  });
  return best;
}

/** At most 30 s of a range, from its start. */
function clip(range: TimeRange): TimeRange {
  return { startMs: range.startMs, endMs: Math.min(range.endMs, range.startMs + LONGEST_HIT_MS) };
}

/** One cue either side of a run where the whole still fits. */
function widen(cues: readonly Weighed[], from: number, to: number): TimeRange {
  let range = span(cues.slice(from, to));
  const sides = [
    { line: cues[from - 1]?.line, side: 'before' },
    { line: cues[to]?.line, side: 'after' },
  ];
  for (const { line } of sides) {
    if (!line) continue;
    const wider = {
      startMs: Math.min(range.startMs, line.startMs),
      endMs: Math.max(range.endMs, line.endMs),
    };
    if (wider.endMs - wider.startMs <= LONGEST_HIT_MS) range = wider;
  }
  return range;
}

/**
 * Where in a passage the answer is: the smallest run of cues that holds the evidence, with one cue either side
 * where that fits in 30 s. Where a line that is no cue (a slide, a chapter) holds more than any run, its own range
 * or the 30 s of it around what else was found. `weights` is the rarity of each concept. Undefined where nothing
 * of what is asked stands in a line.
 */
export function moment(
  question: Question,
  lines: readonly Line[],
  weights: readonly number[],
): Moment | undefined {
  const weighed = weigh(question, [...lines].sort(byTime));
  const cues = weighed.filter(({ line }) => isMoment(line));
  const lasting = weighed.filter(({ line, held }) => !isMoment(line) && held.length > 0);
  const run = bestRun(cues, weights);
  const strongest = lasting
    .map((one) => ({ one, gain: gainOf([one], weights) }))
    .sort((a, b) => b.gain - a.gain)[0];
  if (run.gain === 0 && !strongest) return undefined;
  const inRun = cues.slice(run.from, run.to).filter(({ held }) => held.length > 0);
  if (!strongest || run.gain >= strongest.gain) {
    const range = widen(cues, run.from, run.to);
    const beside = lasting.filter(({ line }) => overlapMs(line, range) > 0);
    return { ...clip(range), evidence: [...inRun, ...beside].map(({ line }) => line).sort(byTime) };
  }
  const { line } = strongest.one;
  const runRange = span(cues.slice(run.from, run.to));
  const together = run.gain > 0 && overlapMs(line, runRange) > 0;
  const range = together ? widen(cues, run.from, run.to) : clip(line);
  const near = lasting.filter((other) => overlapMs(other.line, range) > 0);
  return {
    ...clip(range),
    evidence: [...(together ? inRun : []), ...near].map((found) => found.line).sort(byTime),
  };
}
