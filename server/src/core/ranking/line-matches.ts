import type { HitLine, TextRange } from '../../../protocol/search.ts';
import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { CJK_CHARS } from '../language/cjk-bigrams.ts';
import { isCueLine } from '../language/lines.ts';
import { analyse, foldAccents } from '../language/tokenizer.ts';
import type { Question } from '../query/question-analysis.ts';
import { matchesConcept } from './concept-match.ts';

/** Marks at most so much of a line, in characters: no screen shows more. */
const MAX_MARKED_CHARS = 10_000;
/** A cue up to this length is played from its start, ms. A longer one is played from its first matching word. */
const MAX_WHOLE_CUE_MS = 10_000;
/** Plays a little before the estimated time of a word, ms. */
const LEAD_MS = 1_000;

/** `c++` and `f#` are words too, as in the tokenizer. */
const WORDS = /\b(?:c\+\+|[cf]#)|[\p{L}\p{N}\p{M}_]+(?:['’ʼ.][\p{L}\p{N}\p{M}_]+)*/giu;
/** What is left of a run of letters once its ideographs, which findIdeographs marks, are taken out. */
const NOT_CJK = new RegExp(`${CJK_CHARS.source.replace('[', '[^')}+`, 'gu');
/** Scripts without spaces whose words only a segmenter finds. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Creates a function that adds to the lines of a hit their own second and the words that match the question. The
 * function caches words, so create one for all hits of a search.
 */
export function createHitLines(question: Question): (line: Line, hit: TimeRange) => HitLine {
  const findMatches = createMatchFinder(question);
  return (line, hit) => {
    const matches = findMatches(line);
    return { ...line, seekMs: Math.round(seekTime(line, hit, matches[0])), matches };
  };
}

/**
 * Returns where to play a line: the start of a cue, or the estimated time of the first matching word in a long one.
 * Text on screen, captions and names last longer than the hit, so they are played within it.
 */
function seekTime(line: Line, hit: TimeRange, firstMatch: TextRange | undefined): Ms {
  if (!isCueLine(line))
    return Math.min(Math.max(line.startMs, hit.startMs), Math.max(hit.startMs, line.endMs - 1));
  const lengthMs = line.endMs - line.startMs;
  if (lengthMs <= MAX_WHOLE_CUE_MS || firstMatch === undefined) return line.startMs;
  const wordMs = line.startMs + (lengthMs * firstMatch.start) / line.text.length;
  return Math.max(line.startMs, wordMs - LEAD_MS);
}

function createMatchFinder(question: Question): (line: Line) => readonly TextRange[] {
  const ids = question.strong;
  const wordMatches = new Map<string, boolean>();
  const ideographTerms = ids
    .flatMap((id) => question.concepts[id]?.terms ?? [])
    .filter((term) => CJK_CHARS.test(term));

  const matchesWord = (word: string, language: string | undefined, parts: ReadonlySet<string>): boolean => {
    const key = `${language} ${word}`;
    const known = wordMatches.get(key);
    if (known !== undefined && parts.size === 0) return known;
    const terms = new Set(analyse(word, language).split(' '));
    const matches = ids.some((id) => matchesConcept(question, id, terms));
    wordMatches.set(key, matches);
    return matches || [...parts].some((part) => terms.has(part));
  };

  return ({ text, language }) => {
    if (ids.length === 0) return [];
    const shown = text.slice(0, MAX_MARKED_CHARS);
    const parts = compoundParts(question, shown, language);
    const ranges = ideographTerms.length === 0 ? [] : findIdeographs(shown, ideographTerms);
    for (const word of splitIntoWords(shown))
      if (matchesWord(word.text, language, parts))
        ranges.push({ start: word.start, end: word.start + word.text.length });
    return mergeRanges(ranges);
  };
}

/** Returns the parts of asked compounds that stand apart in a line, as in `Datum des Verfalls`. */
function compoundParts(question: Question, text: string, language: string | undefined): ReadonlySet<string> {
  const compounds = question.strong.flatMap((id) => {
    const concept = question.concepts[id];
    return concept === undefined || concept.parts.length === 0 ? [] : [concept.parts];
  });
  if (compounds.length === 0) return new Set();
  const terms = new Set(analyse(text, language).split(' '));
  return new Set(compounds.filter((parts) => parts.every((part) => terms.has(part))).flat());
}

function* splitIntoWords(text: string): Iterable<{ readonly text: string; readonly start: number }> {
  if (UNSPACED.test(text)) {
    for (const { segment, index, isWordLike } of segmenter.segment(text))
      if (isWordLike === true) yield { text: segment, start: index };
    return;
  }
  for (const { 0: run, index } of text.matchAll(WORDS)) {
    if (!CJK_CHARS.test(run)) yield { text: run, start: index };
    else for (const part of run.matchAll(NOT_CJK)) yield { text: part[0], start: index + part.index };
  }
}

/** Finds pairs of characters, which need not be words. */
function findIdeographs(text: string, terms: readonly string[]): TextRange[] {
  const folded = foldAccents(text.toLowerCase());
  // Folding may change the length of other scripts; then no place of it can be trusted.
  if (folded.length !== text.length) return [];
  return terms.flatMap((term) => {
    const ranges: TextRange[] = [];
    for (let start = folded.indexOf(term); start >= 0; start = folded.indexOf(term, start + 1))
      ranges.push({ start, end: start + term.length });
    return ranges;
  });
}

/** Returns ranges in order, those that touch or overlap as one. */
function mergeRanges(ranges: readonly TextRange[]): readonly TextRange[] {
  const merged: TextRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else merged.push(range);
  }
  return merged;
}
