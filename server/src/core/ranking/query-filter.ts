import type { Line, LineKind } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import { foldAccents, stripFactPrefix } from '../language/tokenizer.ts';
import type { Query, RequiredClause } from '../query/query-parser.ts';
import { analyseQuestion } from '../query/question-analysis.ts';
import { isLineInWindow, toPassageTerms } from './build-passages.ts';
import { matchesConcept } from './concept-match.ts';
import { countOccurrences } from './term-features.ts';

/** Normalises text to lower-case words separated by single spaces, for comparing phrases and names. */
export function toComparableText(text: string): string {
  return foldAccents(text.normalize('NFKC').toLowerCase())
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

function isSpokenBy(line: Line, names: readonly string[]): boolean {
  const speaker = toComparableText(line.speaker ?? '');
  return speaker !== '' && names.some((name) => countOccurrences(name, speaker) > 0);
}

/** Creates a filter for the scope's kinds and `speaker:`; returns undefined if neither restricts lines. */
export function createLineFilter(
  query: Query,
  kinds: readonly LineKind[] | undefined,
): ((line: Line) => boolean) | undefined {
  const names = query.speakers.map(toComparableText).filter((name) => name !== '');
  const wantedKinds = kinds && kinds.length > 0 ? new Set(kinds) : undefined;
  if (!wantedKinds && names.length === 0) return undefined;
  return (line) => (wantedKinds?.has(line.kind) ?? true) && (names.length === 0 || isSpokenBy(line, names));
}

/**
 * Reduces a passage to the lines kept and their terms. If only facts remain, they can be matched like words.
 */
export function narrowPassage(passage: Passage, keepLine: (line: Line) => boolean): Passage {
  const lines = passage.lines.filter(keepLine);
  if (lines.length > 0 && lines.every(({ kind }) => kind === 'facts'))
    return { ...passage, lines, terms: stripFactPrefix(passage.terms) };
  return { ...passage, lines, terms: toPassageTerms(lines.filter((line) => isLineInWindow(line, passage))) };
}

function toComparableLines(lines: readonly Line[]): string {
  return toComparableText(lines.map(({ text }) => text).join(' '));
}

/**
 * Returns whether lines contain the words of a clause: adjacent for a phrase, otherwise in any inflected
 * form.
 */
function matchesClause(
  clause: Pick<RequiredClause, 'text' | 'phrase'>,
  lines: readonly Line[],
  languages: readonly string[],
): boolean {
  if (clause.phrase) {
    const phrase = toComparableText(clause.text);
    return phrase === '' || countOccurrences(phrase, toComparableLines(lines)) > 0;
  }
  const question = analyseQuestion(clause.text, languages);
  const terms = new Set(toPassageTerms(lines).split(' '));
  return question.concepts.every((_, id) => matchesConcept(question, id, terms));
}

/**
 * Returns whether a passage contains every quoted phrase, `said:` and `shown:` clause, and no excluded word.
 */
export function satisfiesQuery(
  query: Query,
  passage: Passage,
  title: string,
  languages: readonly string[],
): boolean {
  if (query.requiredClauses.length === 0 && query.excludedTexts.length === 0) return true;
  const windowLines = passage.lines.filter((line) => isLineInWindow(line, passage));
  const titleLine: Line = { kind: 'title', text: title, startMs: 0, endMs: 0, source: '' };
  const meetsRequirements = query.requiredClauses.every(({ kinds, ...clause }) =>
    matchesClause(
      clause,
      kinds ? windowLines.filter((line) => kinds.includes(line.kind)) : [titleLine, ...windowLines],
      languages,
    ),
  );
  return (
    meetsRequirements &&
    !query.excludedTexts.some((text) =>
      matchesClause({ text, phrase: /\s/.test(text) }, [...passage.lines, titleLine], languages),
    )
  );
}
