import { isCorrectable } from './correctable.ts';
import { type Correction, type LineCorrection, type SpeakerCorrection, sameWords } from './correction.ts';
import type { Line } from './description.ts';
import { baseLanguage } from './language.ts';
import { byTime } from './lines.ts';
import { overlapMs } from './range.ts';

/** Share of a line that must lie in a correction's range for a line made anew to give way to it. */
const MOSTLY = 0.5;

/** `Line.source` of tags. */
export const TAG_SOURCE = 'tag';

/** Rows as a person left them. */
export interface Corrected<R> {
  /** Those given, in their order, with other lines. */
  readonly rows: readonly R[];
  /** Tags, and lines of a person whose original is gone: they belong to the content. */
  readonly added: readonly Line[];
}

/** What becomes of a line: another one, or nothing. */
type Fate = ReadonlyMap<Line, Line | undefined>;

/**
 * Lines and corrections -> lines. A correction finds its line by kind, words and time. Where those words are gone (a
 * new model, another subtitle file) the person's line stands in the place of what is there now, and where nothing is,
 * it stands by itself. `rows` must be all rows of a video, those of all its copies, so that a line that one copy has
 * is not added to another.
 */
export function correctRows<R extends { readonly lines: readonly Line[] }>(
  rows: readonly R[],
  corrections: readonly Correction[],
): Corrected<R> {
  if (corrections.length === 0) return { rows, added: [] };
  const lines = rows
    .flatMap((row) => row.lines)
    .filter((line) => isCorrectable(line.kind))
    .sort(byTime);
  const names = corrections.filter((one) => one.change === 'speaker');
  const fate = new Map<Line, Line | undefined>();
  const own: Line[] = [];
  for (const correction of corrections.filter((one) => one.change === 'line').sort(newestFirst)) {
    const found = apply(correction, lines, fate);
    if (found !== undefined) own.push(found);
  }
  const tags = corrections.flatMap((one): readonly Line[] =>
    one.change === 'tag'
      ? [{ kind: 'tag', text: one.text, startMs: one.startMs, endMs: one.endMs, source: TAG_SOURCE }]
      : [],
  );
  return {
    rows: rows.map((row) => ({ ...row, lines: row.lines.flatMap((line) => shown(line, fate, names)) })),
    added: [...own.map((line) => renamed(line, names)), ...tags].sort(byTime),
  };
}

const newestFirst = (a: LineCorrection, b: LineCorrection): number =>
  b.madeMs - a.madeMs || (a.id < b.id ? -1 : 1);

/** Settles what one correction makes of the lines; returns the person's line where none of them is its place. */
function apply(
  correction: LineCorrection,
  lines: readonly Line[],
  fate: Map<Line, Line | undefined>,
): Line | undefined {
  const same = exactly(correction, lines);
  for (const line of same) if (!fate.has(line)) fate.set(line, edited(line, correction, line));
  if (same.length > 0) return undefined;
  const anew = madeAnew(correction, lines).filter((line) => !fate.has(line));
  const [first] = anew;
  const { text, was, kind, startMs, endMs } = correction;
  if (text === undefined) {
    for (const line of anew) fate.set(line, edited(line, correction, line));
    return undefined;
  }
  const language = was.language ?? first?.language;
  const before =
    first === undefined ? was : { text: anew.map((line) => line.text).join(' '), speaker: first.speaker };
  const place = { kind, startMs, endMs, source: first?.source ?? was.source, ...(language && { language }) };
  const line = edited(
    { ...place, text: before.text, ...(before.speaker && { speaker: before.speaker }) },
    correction,
    before,
  );
  if (first === undefined) return line;
  for (const other of anew) fate.set(other, undefined);
  fate.set(first, line);
  return undefined;
}

/** The line as the correction has it; undefined where the person took it away. */
function edited(
  line: Line,
  { id, text = line.text, speaker }: LineCorrection,
  before: Pick<Line, 'text' | 'speaker'>,
): Line | undefined {
  if (text === '') return undefined;
  const { speaker: spoken, ...rest } = line;
  const name = speaker ?? spoken;
  return {
    ...rest,
    text,
    ...(name && { speaker: name }),
    corrected: { id, text: before.text, ...(before.speaker && { speaker: before.speaker }) },
  };
}

/** Lines with the words that were corrected, at most one of each source: the one that shares most time. */
function exactly({ kind, was, ...range }: LineCorrection, lines: readonly Line[]): readonly Line[] {
  const best = new Map<string, Line>();
  for (const line of lines) {
    if (line.kind !== kind || overlapMs(line, range) === 0 || !sameWords(line.text, was.text)) continue;
    const other = best.get(line.source);
    if (other === undefined || overlapMs(line, range) > overlapMs(other, range)) best.set(line.source, line);
  }
  return [...best.values()];
}

/** Lines that came into the place of the one that was corrected. */
function madeAnew({ kind, was, ...range }: LineCorrection, lines: readonly Line[]): readonly Line[] {
  const known = lines.some((line) => line.kind === kind && line.source === was.source);
  return lines.filter((line) => {
    if (line.kind !== kind) return false;
    if (known ? line.source !== was.source : !mayBeSame(line.language, was.language)) return false;
    return overlapMs(line, range) >= Math.max(1, (line.endMs - line.startMs) * MOSTLY);
  });
}

function mayBeSame(a: string | undefined, b: string | undefined): boolean {
  const [one, two] = [baseLanguage(a), baseLanguage(b)];
  return one === undefined || two === undefined || one === two;
}

function shown(line: Line, fate: Fate, names: readonly SpeakerCorrection[]): readonly Line[] {
  const settled = fate.has(line) ? fate.get(line) : line;
  return settled === undefined ? [] : [renamed(settled, names)];
}

/** The line with its speaker's other name; one that the person named by itself keeps that. */
function renamed(line: Line, names: readonly SpeakerCorrection[]): Line {
  const named = line.corrected !== undefined && line.speaker !== line.corrected.speaker;
  if (line.kind !== 'speech' || named) return line;
  const name = names.find(({ was }) => was === (line.speaker ?? ''));
  if (name === undefined) return line;
  const { text, speaker } = line;
  return {
    ...line,
    speaker: name.speaker,
    corrected: line.corrected ?? { id: name.id, text, ...(speaker && { speaker }) },
  };
}
