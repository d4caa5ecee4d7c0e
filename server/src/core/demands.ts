import type { Line, LineKind } from './description.ts';
import { occurrences } from './features.ts';
import type { Passage } from './passage.ts';
import { termsOf, within } from './passages.ts';
import type { Demand, Query } from './query.ts';
import { analyseQuestion } from './question.ts';
import { holds } from './rescore.ts';
import { fold, plainTerms } from './words.ts';

/** Lower-case words with one space between them: what phrases and names are compared in. */
export function plainText(text: string): string {
  return fold(text.normalize('NFKC').toLowerCase())
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

function speaks(line: Line, names: readonly string[]): boolean {
  const speaker = plainText(line.speaker ?? '');
  return speaker !== '' && names.some((name) => occurrences(name, speaker) > 0);
}

/** Lines that the scope's kinds and `speaker:` leave, undefined where neither narrows anything. */
export function lineFilter(
  query: Query,
  kinds: readonly LineKind[] | undefined,
): ((line: Line) => boolean) | undefined {
  const names = query.speakers.map(plainText).filter((name) => name !== '');
  const wanted = kinds && kinds.length > 0 ? new Set(kinds) : undefined;
  if (!wanted && names.length === 0) return undefined;
  return (line) => (wanted?.has(line.kind) ?? true) && (names.length === 0 || speaks(line, names));
}

/** The passage with those lines alone, its terms those that are left; facts are as good as words then. */
export function narrowed(passage: Passage, keep: (line: Line) => boolean): Passage {
  const lines = passage.lines.filter(keep);
  if (lines.length > 0 && lines.every(({ kind }) => kind === 'facts'))
    return { ...passage, lines, terms: plainTerms(passage.terms) };
  return { ...passage, lines, terms: termsOf(lines.filter((line) => within(line, passage))) };
}

function textOf(lines: readonly Line[]): string {
  return plainText(lines.map(({ text }) => text).join(' '));
}

/** True where the words of a demand stand in the lines: side by side for a phrase, in any form otherwise. */
function meets(
  demand: Pick<Demand, 'text' | 'phrase'>,
  lines: readonly Line[],
  languages: readonly string[],
): boolean {
  if (demand.phrase) {
    const phrase = plainText(demand.text);
    return phrase === '' || occurrences(phrase, textOf(lines)) > 0;
  }
  const asked = analyseQuestion(demand.text, languages);
  const terms = new Set(termsOf(lines).split(' '));
  return asked.concepts.every((_, id) => holds(asked, id, terms));
}

/** True where a passage holds every quoted phrase, `said:` and `shown:`, and nothing that is excluded. */
export function satisfies(
  query: Query,
  passage: Passage,
  title: string,
  languages: readonly string[],
): boolean {
  if (query.demands.length === 0 && query.excluded.length === 0) return true;
  const inside = passage.lines.filter((line) => within(line, passage));
  const titleLine: Line = { kind: 'title', text: title, startMs: 0, endMs: 0, source: '' };
  const demanded = query.demands.every(({ kinds, ...demand }) =>
    meets(
      demand,
      kinds ? inside.filter((line) => kinds.includes(line.kind)) : [titleLine, ...inside],
      languages,
    ),
  );
  return (
    demanded &&
    !query.excluded.some((text) =>
      meets({ text, phrase: /\s/.test(text) }, [...passage.lines, titleLine], languages),
    )
  );
}
