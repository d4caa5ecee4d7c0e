import type { Ms, TimeRange } from '../domain/time-range.ts';
import { countSpokenWords } from './prose-detector.ts';
import { ITEMS_PER_STEP, type Steps } from './raw-cue.ts';

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
  const rolls = yield* isRolling(cues);
  const out: ShownCue[] = [];
  let before: ShownCue | undefined;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const last = out.at(-1);
    const follows =
      before !== undefined && cue.startMs <= before.endMs + MAX_GAP_MS && cue.speaker === before.speaker;
    const shown = before;
    before = cue;
    if (!follows || shown === undefined || last === undefined) {
      out.push(cue);
      continue;
    }
    if (sameLines(cue.lines, shown.lines)) {
      before = { ...cue, endMs: Math.max(cue.endMs, shown.endMs) };
      out[out.length - 1] = { ...last, endMs: Math.max(last.endMs, cue.endMs) };
      continue;
    }
    if (!rolls) {
      out.push(cue);
      continue;
    }
    const again = overlap(shown.lines, cue.lines);
    const fresh = cue.lines.slice(again);
    const growth = again > 0 ? undefined : grown(shown.lines, cue.lines);
    if (fresh.length === 0) {
      out[out.length - 1] = { ...last, endMs: Math.max(last.endMs, cue.endMs) };
    } else if (growth === undefined) {
      out.push({ ...cue, lines: fresh });
    } else if (cue.endMs - last.startMs <= MAX_LINE_MS) {
      out[out.length - 1] = {
        ...last,
        endMs: cue.endMs,
        lines: [...last.lines.slice(0, -1), `${last.lines.at(-1) ?? ''} ${growth}`.trim()],
      };
    } else {
      out.push({ ...cue, lines: [growth] });
    }
  }
  return out;
}

/**
 * Returns whether captions roll: of the cues without a gap, at least two and 30% repeat text of the previous
 * cue.
 */
function* isRolling(cues: readonly ShownCue[]): Steps<boolean> {
  let pairs = 0;
  let again = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const shown = cues[at - 1];
    if (shown === undefined || cue.startMs > shown.endMs + MAX_GAP_MS || sameLines(cue.lines, shown.lines))
      continue;
    pairs += 1;
    if (overlap(shown.lines, cue.lines) > 0 || grown(shown.lines, cue.lines) !== undefined) again += 1;
  }
  return again >= 2 && again >= pairs * 0.3;
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}

/** Returns how many lines at the end of one cue are repeated at the start of the next. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let size = Math.min(before.length, now.length); size > 0; size -= 1) {
    if (sameLines(before.slice(-size), now.slice(0, size))) return size;
  }
  return 0;
}

/** Returns the added words if a cue starts with the whole text of the previous one. */
function grown(before: readonly string[], now: readonly string[]): string | undefined {
  const old = before.join(' ');
  const text = now.join(' ');
  return text.length > old.length && text.startsWith(`${old} `) ? text.slice(old.length + 1) : undefined;
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
  const follows = (cue: ShownCue, before: ShownCue | undefined) =>
    before !== undefined && cue.startMs - before.endMs <= MAX_WORD_GAP_MS && cue.speaker === before.speaker;
  let wordCues = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (isWordCue(cue) && (follows(cue, cues[at - 1]) || at === 0)) wordCues += 1;
  }
  if (wordCues < MIN_WORD_CUES || wordCues < cues.length * 0.75) return cues;
  const out: ShownCue[] = [];
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const last = out.at(-1);
    const text = last?.lines.join(' ') ?? '';
    const goesOn = last !== undefined && follows(cue, last) && !/[.!?。！？…]$/u.test(text);
    if (!goesOn || text.length >= MAX_LINE_CHARS || cue.endMs - last.startMs > MAX_LINE_MS) out.push(cue);
    else
      out[out.length - 1] = {
        ...last,
        endMs: Math.max(last.endMs, cue.endMs),
        lines: [`${text} ${cue.lines.join(' ')}`],
      };
  }
  return out;
}
