import { answerPrompt, LIST_RULES, wordsOf } from '../core/answerPrompt.ts';
import { excerpt } from '../core/excerpt.ts';
import type { Citation } from '../core/hit.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { analyseQuestion } from '../core/question.ts';
import { type CitedSentence, citedSentences } from '../core/summary.ts';
import type { Answerer } from '../ports/answerer.ts';
import { AT_ONCE, notes, runs } from './answerOver.ts';
import type { Writer } from './asked.ts';
import type { Catalogue } from './catalogue.ts';
import { evidenceOf, rests, type Source } from './sources.ts';

/** Numbers of times that a line may name: it counts what only the list may count, unless its clip says so itself. */
const COUNTS =
  /\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|many)\s+times\b|\b(?:twice|thrice|in total|zweimal|dreimal)\b|\b\d+\s*mal\b/giu;

export interface Listing {
  readonly model: Answerer;
  readonly catalogue: Catalogue;
  readonly question: string;
  /** Base form, of the question. */
  readonly language: string;
  /** True where a line must stand in the words of its clip: the clips hardly hold what is asked. */
  readonly strict: boolean;
}

/** A moment of a list; `key` is equal for equal places. */
interface Moment {
  readonly key: string;
  readonly citation: Omit<Citation, 'n'>;
}

/** The sentence of a clip that a line of the list means, else the clip. */
function momentOf(claim: string, { clipId, uri, lines, ...source }: Source, language: string): Moment {
  const said = excerpt(analyseQuestion(claim, [language]), lines, source);
  const starts = said.map(({ startMs }) => startMs);
  const range =
    said.length > 0
      ? {
          startMs: Math.round(Math.min(...starts)),
          endMs: Math.round(Math.max(...said.map(({ endMs }) => endMs))),
        }
      : { startMs: source.startMs, endMs: source.endMs };
  const quote = said.map(({ text }) => text).join(' ') || source.quote;
  return {
    key: `${uri} ${range.startMs}`,
    citation: { clipId, uri, ...range, link: mediaLink(uri, range), quote },
  };
}

/** Sources that one line names: neighbours are one moment over an edge, others are moments of their own. */
function meant(sources: readonly Source[], { numbers }: CitedSentence): readonly Source[] {
  const own = [...new Set(numbers)].sort((a, b) => a - b).flatMap((n) => sources[n - 1] ?? []);
  return own.filter((source, i) => {
    const before = own[i - 1];
    return !before || before.uri !== source.uri || before.range.endMs !== source.range.startMs;
  });
}

/**
 * Lists all the moments that a question asks for, from clips that come in portions, and counts them: the count is that of
 * the moments cited, each once, and no number that the model made up. A portion is read part by part and its lines are
 * told in order; their citations are added to `citations`, to which none come where the model found no moment.
 */
export async function listEvery(
  { model, catalogue, question, language, strict }: Listing,
  portions: AsyncIterable<readonly Source[]> | Iterable<readonly Source[]>,
  citations: Citation[],
  out: Writer,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  const take = (sources: readonly Source[], line: CitedSentence) => {
    const counted = line.text.match(COUNTS) ?? [];
    const moments = meant(sources, line).flatMap((source) => {
      const said = source.lines.map(({ text }) => text.toLowerCase()).join(' ');
      const made = counted.some((count) => !said.includes(count.toLowerCase()));
      if (made || (strict && !rests(line.text, source.lines, language))) return [];
      return [momentOf(line.text, source, language)];
    });
    const fresh = moments.filter(({ key }) => !seen.has(key) && seen.add(key));
    if (fresh.length === 0) return;
    const marks = fresh.map(({ citation }) => {
      citations.push({ n: citations.length + 1, ...citation });
      return `[${citations.length}]`;
    });
    out.line(`${line.text.replace(/[.。]$/, '').replace(/^[-*•]\s*/, '')} ${marks.join('')}.`);
  };
  for await (const sources of portions) {
    signal.throwIfAborted();
    const parts = runs(evidenceOf(catalogue, sources), wordsOf, model.words);
    for (let at = 0; at < parts.length; at += AT_ONCE) {
      const prompts = parts.slice(at, at + AT_ONCE).map((part) => answerPrompt(question, part, model.words));
      for (const text of await notes(model, prompts, sources.length, signal, LIST_RULES))
        for (const line of citedSentences(text)) take(sources, line);
    }
  }
  const count = citations.length;
  if (count > 0) out.line(count === 1 ? '1 moment in all.' : `${count} moments in all.`);
}
