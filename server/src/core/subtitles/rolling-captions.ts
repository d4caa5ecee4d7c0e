import type { Ms, TimeRange } from '../domain/time-range.ts';
import { countSpokenWords } from './prose-detector.ts';
import { STEP, type Steps } from './raw-cue.ts';

/** A cue by the lines that were shown together. */
export interface Shown extends TimeRange {
  readonly lines: readonly string[];
  readonly speaker?: string;
}

/** Cues this close follow each other without a break, ms. */
const GAP: Ms = 250;
/** A line that grows word by word becomes a new cue after this long, ms. */
const LONGEST: Ms = 8000;

/**
 * Undoes captions that show again what was just shown: rolled up line by line (live captions, YouTube), or growing
 * word by word. The same text again without a break only lasts longer. What rolls is decided for the whole track,
 * so that ordinary subtitles that happen to repeat a line keep it. Cues must be in time order.
 */
export function* unrolled(cues: readonly Shown[]): Steps<readonly Shown[]> {
  const rolls = yield* isRolling(cues);
  const out: Shown[] = [];
  let before: Shown | undefined;
  for (const [at, cue] of cues.entries()) {
    if (at % STEP === 0) yield;
    const last = out.at(-1);
    const follows =
      before !== undefined && cue.startMs <= before.endMs + GAP && cue.speaker === before.speaker;
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
    } else if (cue.endMs - last.startMs <= LONGEST) {
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

/** At least two, and three in ten, of the cues that follow without a break show again what was shown before. */
function* isRolling(cues: readonly Shown[]): Steps<boolean> {
  let pairs = 0;
  let again = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % STEP === 0) yield;
    const shown = cues[at - 1];
    if (shown === undefined || cue.startMs > shown.endMs + GAP || sameLines(cue.lines, shown.lines)) continue;
    pairs += 1;
    if (overlap(shown.lines, cue.lines) > 0 || grown(shown.lines, cue.lines) !== undefined) again += 1;
  }
  return again >= 2 && again >= pairs * 0.3;
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}

/** How many lines at the end of one stand again at the beginning of the other. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let size = Math.min(before.length, now.length); size > 0; size -= 1) {
    if (sameLines(before.slice(-size), now.slice(0, size))) return size;
  }
  return 0;
}

/** The words added where the whole text of one begins the other. */
function grown(before: readonly string[], now: readonly string[]): string | undefined {
  const old = before.join(' ');
  const text = now.join(' ');
  return text.length > old.length && text.startsWith(`${old} `) ? text.slice(old.length + 1) : undefined;
}

/** Pieces this close belong to one line, ms; a line takes no longer than LONGEST and so many characters. */
const PIECE_GAP: Ms = 600;
const LINE_LENGTH = 80;
/** Scripts without spaces count by letters. */
const PIECE_WORDS = 1.5;
/** Fewer cues do not show that a track is cut into words. */
const LEAST_PIECES = 10;

/**
 * Joins cues of one word or syllable each, as karaoke and some recognisers give them, into lines. A track counts as
 * cut so where three in four of its cues are a single word and follow each other closely.
 */
export function* joinedWords(cues: readonly Shown[]): Steps<readonly Shown[]> {
  const isPiece = ({ lines: [line = '', ...more] }: Shown) =>
    more.length === 0 && !line.includes(' ') && countSpokenWords(line) <= PIECE_WORDS;
  const follows = (cue: Shown, before: Shown | undefined) =>
    before !== undefined && cue.startMs - before.endMs <= PIECE_GAP && cue.speaker === before.speaker;
  const pieces = cues.filter((cue, at) => isPiece(cue) && (follows(cue, cues[at - 1]) || at === 0));
  if (pieces.length < LEAST_PIECES || pieces.length < cues.length * 0.75) return cues;
  const out: Shown[] = [];
  for (const [at, cue] of cues.entries()) {
    if (at % STEP === 0) yield;
    const last = out.at(-1);
    const text = last?.lines.join(' ') ?? '';
    const goesOn = last !== undefined && follows(cue, last) && !/[.!?。！？…]$/u.test(text);
    if (!goesOn || text.length >= LINE_LENGTH || cue.endMs - last.startMs > LONGEST) out.push(cue);
    else
      out[out.length - 1] = {
        ...last,
        endMs: Math.max(last.endMs, cue.endMs),
        lines: [`${text} ${cue.lines.join(' ')}`],
      };
  }
  return out;
}
