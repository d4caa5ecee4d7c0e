import type { Line, LineKind } from '../domain/description.ts';
import { orderLines, withLanguages } from '../language/lines.ts';
import { type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import type { Query } from '../query/query-parser.ts';
import { analyseQuestion } from '../query/question-analysis.ts';
import { matchesConcept } from './concept-match.ts';
import { createLineFilter, satisfiesQuery } from './query-filter.ts';

/** Kinds of text that can match. What a person typed and what is measured cannot. */
const ALERT_KINDS: ReadonlySet<LineKind> = new Set(['speech', 'description', 'screenText', 'caption']);

/**
 * Returns the sentences that hold all words of a query in any form, every phrase and clause of it, and nothing that it
 * excludes. Words of questions such as "mentioned" need not occur. Returns [] for a query without words.
 */
export function findAlertMatches(query: Query, lines: readonly Line[]): readonly Sentence[] {
  const keepLine = createLineFilter(query, undefined) ?? (() => true);
  const candidates = lines.filter((line) => ALERT_KINDS.has(line.kind) && keepLine(line));
  const sentences = splitSentences(withLanguages(orderLines(candidates)));
  const languages = [...new Set(sentences.flatMap(({ language }) => language ?? []))];
  const question = analyseQuestion(query.text, languages);
  if (question.strong.length === 0) return [];
  return sentences.filter((sentence) => {
    const { text, speaker = '', language, startMs, endMs } = sentence;
    const terms = new Set(analyse(`${speaker} ${text}`, language).split(' '));
    if (!question.strong.every((id) => matchesConcept(question, id, terms))) return false;
    const passage = { id: '', videoId: '', uri: '', terms: '', lines: [sentence], startMs, endMs } as const;
    return satisfiesQuery(query, passage, '', languages);
  });
}
