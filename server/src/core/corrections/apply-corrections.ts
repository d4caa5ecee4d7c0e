import type { Line } from '../domain/description.ts';
import { overlapMs } from '../domain/time-range.ts';
import type { SpeakerCorrection } from '../domain/voice.ts';
import { compareByTime } from '../language/lines.ts';
import { baseLanguage } from '../language/stemmer.ts';
import { isCorrectable } from './correctable.ts';
import { type Correction, isSameText, type LineCorrection } from './correction.ts';

/** Minimum share of a regenerated line that must overlap a correction for the correction to replace it. */
const MIN_OVERLAP_SHARE = 0.5;

/** `Line.source` of tags. */
const TAG_SOURCE = 'tag';

/** Holds rows with corrections applied. */
export interface CorrectedRows<R> {
  /** The given rows in their order, with corrected lines. */
  readonly rows: readonly R[];
  /** Tags, and corrected lines whose original no longer exists. They belong to the content. */
  readonly added: readonly Line[];
}

/** Maps a line to its corrected version, or to undefined if it is deleted. */
type LineEdits = ReadonlyMap<Line, Line | undefined>;

/**
 * Applies corrections to lines. A correction finds its line by kind, text and time. If that text is gone (new
 * model, other subtitle file), the corrected line replaces the lines now at its time. If there are none, it
 * is added.
 * `rows` must contain all rows of a video, including those of all copies. Otherwise a line of one copy would
 * be added to another.
 */
export function applyCorrections<R extends { readonly lines: readonly Line[] }>(
  rows: readonly R[],
  corrections: readonly Correction[],
): CorrectedRows<R> {
  if (corrections.length === 0) return { rows, added: [] };
  const lines = rows
    .flatMap((row) => row.lines)
    .filter((line) => isCorrectable(line.kind))
    .sort(compareByTime);
  const speakerCorrections = corrections.filter(isLabelCorrection);
  const lineEdits = new Map<Line, Line | undefined>();
  const personLines: Line[] = [];
  for (const correction of corrections.filter((candidate) => candidate.change === 'line').sort(newestFirst)) {
    const personLine = applyLineCorrection(correction, lines, lineEdits);
    if (personLine !== undefined) personLines.push(personLine);
  }
  const tags = corrections.flatMap((correction): readonly Line[] =>
    correction.change === 'tag'
      ? [
          {
            kind: 'tag',
            text: correction.text,
            startMs: correction.startMs,
            endMs: correction.endMs,
            source: TAG_SOURCE,
          },
        ]
      : [],
  );
  return {
    rows: rows.map((row) => ({
      ...row,
      lines: row.lines.flatMap((line) => toCorrectedLines(line, lineEdits, speakerCorrections)),
    })),
    added: [...personLines.map((line) => renameSpeaker(line, speakerCorrections)), ...tags].sort(
      compareByTime,
    ),
  };
}

/** Returns whether a correction renames a label of the lines. Voices have their names already. */
const isLabelCorrection = (correction: Correction): correction is SpeakerCorrection =>
  correction.change === 'speaker' && correction.voice === undefined;

const newestFirst = (a: LineCorrection, b: LineCorrection): number =>
  b.madeMs - a.madeMs || (a.id < b.id ? -1 : 1);

/** Applies one correction to the lines. Returns the corrected line if no existing line takes its place. */
function applyLineCorrection(
  correction: LineCorrection,
  lines: readonly Line[],
  lineEdits: Map<Line, Line | undefined>,
): Line | undefined {
  const exactLines = findExactLines(correction, lines);
  for (const line of exactLines)
    if (!lineEdits.has(line)) lineEdits.set(line, editLine(line, correction, line));
  if (exactLines.length > 0) return undefined;
  const replacementLines = findReplacementLines(correction, lines).filter((line) => !lineEdits.has(line));
  const [first] = replacementLines;
  const { text, was, kind, startMs, endMs } = correction;
  if (text === undefined) {
    for (const line of replacementLines) lineEdits.set(line, editLine(line, correction, line));
    return undefined;
  }
  const language = was.language ?? first?.language;
  const originalLine =
    first === undefined
      ? was
      : { text: replacementLines.map((line) => line.text).join(' '), speaker: first.speaker };
  const lineBase = {
    kind,
    startMs,
    endMs,
    source: first?.source ?? was.source,
    ...(language && { language }),
  };
  const line = editLine(
    { ...lineBase, text: originalLine.text, ...(originalLine.speaker && { speaker: originalLine.speaker }) },
    correction,
    originalLine,
  );
  if (first === undefined) return line;
  for (const other of replacementLines) lineEdits.set(other, undefined);
  lineEdits.set(first, line);
  return undefined;
}

/** Returns the corrected line; undefined if the correction deletes it. */
function editLine(
  line: Line,
  { id, text = line.text, speaker }: LineCorrection,
  originalLine: Pick<Line, 'text' | 'speaker'>,
): Line | undefined {
  if (text === '') return undefined;
  const { speaker: originalSpeaker, ...rest } = line;
  const name = speaker ?? originalSpeaker;
  return {
    ...rest,
    text,
    ...(name && { speaker: name }),
    corrected: {
      id,
      text: originalLine.text,
      ...(originalLine.speaker && { speaker: originalLine.speaker }),
    },
  };
}

/** Finds lines with the corrected text, at most one per source: the one with the longest overlap. */
function findExactLines({ kind, was, ...range }: LineCorrection, lines: readonly Line[]): readonly Line[] {
  const best = new Map<string, Line>();
  for (const line of lines) {
    if (line.kind !== kind || overlapMs(line, range) === 0 || !isSameText(line.text, was.text)) continue;
    const other = best.get(line.source);
    if (other === undefined || overlapMs(line, range) > overlapMs(other, range)) best.set(line.source, line);
  }
  return [...best.values()];
}

/** Finds the lines that now take the place of the corrected line. */
function findReplacementLines(
  { kind, was, ...range }: LineCorrection,
  lines: readonly Line[],
): readonly Line[] {
  const sourceExists = lines.some((line) => line.kind === kind && line.source === was.source);
  return lines.filter((line) => {
    if (line.kind !== kind) return false;
    if (sourceExists ? line.source !== was.source : !mayBeSameLanguage(line.language, was.language))
      return false;
    return overlapMs(line, range) >= Math.max(1, (line.endMs - line.startMs) * MIN_OVERLAP_SHARE);
  });
}

function mayBeSameLanguage(a: string | undefined, b: string | undefined): boolean {
  const [first, second] = [baseLanguage(a), baseLanguage(b)];
  return first === undefined || second === undefined || first === second;
}

function toCorrectedLines(
  line: Line,
  lineEdits: LineEdits,
  speakerCorrections: readonly SpeakerCorrection[],
): readonly Line[] {
  const editedLine = lineEdits.has(line) ? lineEdits.get(line) : line;
  return editedLine === undefined ? [] : [renameSpeaker(editedLine, speakerCorrections)];
}

/** Applies speaker corrections to a line. A speaker that the user set on this line takes precedence. */
function renameSpeaker(line: Line, speakerCorrections: readonly SpeakerCorrection[]): Line {
  const namedByPerson = line.corrected !== undefined && line.speaker !== line.corrected.speaker;
  if (line.kind !== 'speech' || namedByPerson) return line;
  const speakerCorrection = speakerCorrections.find(({ was }) => was === (line.speaker ?? ''));
  if (speakerCorrection === undefined) return line;
  const { text, speaker } = line;
  return {
    ...line,
    speaker: speakerCorrection.speaker,
    corrected: line.corrected ?? { id: speakerCorrection.id, text, ...(speaker && { speaker }) },
  };
}
