import type { Ms, TimeRange } from '../domain/time-range.ts';
import { ITEMS_PER_STEP, type Steps } from '../text/steps.ts';
import { countSpokenWords } from './prose-detector.ts';

/** A cue with the lines that were shown together. */
export interface ShownCue extends TimeRange {
  readonly lines: readonly string[];
  readonly speaker?: string;
}

/** Maximum gap between cues that follow each other directly, in ms. */
const MAX_GAP_MS: Ms = 250;
/** Maximum duration of a line that grows word by word, in ms; then a new cue starts. */
const MAX_LINE_MS: Ms = 8000;

/**
 * Removes repeated text from captions that roll up line by line (live captions, YouTube) or grow word by
 * word. An immediate repeat of the same text extends the cue. Whether captions roll is decided for the whole
 * track, so that ordinary subtitles keep repeated lines. Cues must be sorted by time.
 */
export function* removeRollUp(cues: readonly ShownCue[]): Steps<readonly ShownCue[]> {
  const isRollingTrack = yield* isRolling(cues);
  const unrolledCues: ShownCue[] = [];
  let previousCue: ShownCue | undefined;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const lastCue = unrolledCues.at(-1);
    const follows =
      previousCue !== undefined &&
      cue.startMs <= previousCue.endMs + MAX_GAP_MS &&
      cue.speaker === previousCue.speaker;
    const shownCue = previousCue;
    previousCue = cue;
    if (!follows || shownCue === undefined || lastCue === undefined) {
      unrolledCues.push(cue);
      continue;
    }
    if (sameLines(cue.lines, shownCue.lines)) {
      previousCue = { ...cue, endMs: Math.max(cue.endMs, shownCue.endMs) };
      unrolledCues[unrolledCues.length - 1] = { ...lastCue, endMs: Math.max(lastCue.endMs, cue.endMs) };
      continue;
    }
    if (!isRollingTrack) {
      unrolledCues.push(cue);
      continue;
    }
    const repeatedLines = countOverlap(shownCue.lines, cue.lines);
    const newLines = cue.lines.slice(repeatedLines);
    const addedText = repeatedLines > 0 ? undefined : findAddedText(shownCue.lines, cue.lines);
    if (newLines.length === 0) {
      unrolledCues[unrolledCues.length - 1] = { ...lastCue, endMs: Math.max(lastCue.endMs, cue.endMs) };
    } else if (addedText === undefined) {
      unrolledCues.push({ ...cue, lines: newLines });
    } else if (cue.endMs - lastCue.startMs <= MAX_LINE_MS) {
      unrolledCues[unrolledCues.length - 1] = {
        ...lastCue,
        endMs: cue.endMs,
        lines: [...lastCue.lines.slice(0, -1), `${lastCue.lines.at(-1) ?? ''} ${addedText}`.trim()],
      };
    } else {
      unrolledCues.push({ ...cue, lines: [addedText] });
    }
  }
  return unrolledCues;
}

/**
 * Returns whether captions roll: of the cues without a gap, at least two and 30% repeat text of the previous
 * cue.
 */
function* isRolling(cues: readonly ShownCue[]): Steps<boolean> {
  let pairs = 0;
  let repeatedCount = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const previousCue = cues[at - 1];
    if (
      previousCue === undefined ||
      cue.startMs > previousCue.endMs + MAX_GAP_MS ||
      sameLines(cue.lines, previousCue.lines)
    )
      continue;
    pairs += 1;
    if (
      countOverlap(previousCue.lines, cue.lines) > 0 ||
      findAddedText(previousCue.lines, cue.lines) !== undefined
    )
      repeatedCount += 1;
  }
  return repeatedCount >= 2 && repeatedCount >= pairs * 0.3;
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}

/** Returns how many lines at the end of one cue are repeated at the start of the next. */
function countOverlap(previousLines: readonly string[], currentLines: readonly string[]): number {
  for (let size = Math.min(previousLines.length, currentLines.length); size > 0; size -= 1) {
    if (sameLines(previousLines.slice(-size), currentLines.slice(0, size))) return size;
  }
  return 0;
}

/** Returns the added words if a cue starts with the whole text of the previous one. */
function findAddedText(
  previousLines: readonly string[],
  currentLines: readonly string[],
): string | undefined {
  const previousText = previousLines.join(' ');
  const text = currentLines.join(' ');
  return text.length > previousText.length && text.startsWith(`${previousText} `)
    ? text.slice(previousText.length + 1)
    : undefined;
}

/** Maximum gap between words of one line, in ms, and maximum length of a line, in characters. */
const MAX_WORD_GAP_MS: Ms = 600;
const MAX_LINE_CHARS = 80;
/** Maximum word count of a single-word cue. Scripts without spaces count by letters. */
const MAX_WORDS_PER_WORD_CUE = 1.5;
/** Minimum number of cues that can show that a track is split into words. */
const MIN_WORD_CUES = 10;

/**
 * Joins single-word cues, as in karaoke and some transcripts, into lines. Applies to tracks in which three of
 * four cues are single words in close succession.
 */
export function* joinWordCues(cues: readonly ShownCue[]): Steps<readonly ShownCue[]> {
  const isWordCue = ({ lines: [line = '', ...more] }: ShownCue) =>
    more.length === 0 && !line.includes(' ') && countSpokenWords(line) <= MAX_WORDS_PER_WORD_CUE;
  const follows = (cue: ShownCue, previousCue: ShownCue | undefined) =>
    previousCue !== undefined &&
    cue.startMs - previousCue.endMs <= MAX_WORD_GAP_MS &&
    cue.speaker === previousCue.speaker;
  let wordCues = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (isWordCue(cue) && (follows(cue, cues[at - 1]) || at === 0)) wordCues += 1;
  }
  if (wordCues < MIN_WORD_CUES || wordCues < cues.length * 0.75) return cues;
  const joinedCues: ShownCue[] = [];
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const lastCue = joinedCues.at(-1);
    const text = lastCue?.lines.join(' ') ?? '';
    const continues = lastCue !== undefined && follows(cue, lastCue) && !/[.!?。！？…]$/u.test(text);
    if (!continues || text.length >= MAX_LINE_CHARS || cue.endMs - lastCue.startMs > MAX_LINE_MS)
      joinedCues.push(cue);
    else
      joinedCues[joinedCues.length - 1] = {
        ...lastCue,
        endMs: Math.max(lastCue.endMs, cue.endMs),
        lines: [`${text} ${cue.lines.join(' ')}`],
      };
  }
  return joinedCues;
}
