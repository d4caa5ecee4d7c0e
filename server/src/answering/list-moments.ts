import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Citation } from '../core/domain/search-result.ts';
import { answerPrompt, countEvidenceWords, LIST_RULES } from '../core/generation/answer-prompt.ts';
import { extractQuote } from '../core/generation/extract-quote.ts';
import { type CitedSentence, parseCitedSentences } from '../core/generation/video-summary.ts';
import { analyseQuestion } from '../core/query/question-analysis.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import type { TextWriter } from './ask-request.ts';
import { type EvidenceClip, isClaimSupported, toPromptEvidence } from './evidence.ts';
import { askForNotes, MAX_PARALLEL_PROMPTS, splitByWordBudget } from './map-reduce.ts';

/** Numbers of times that a line may name: it counts what only the list may count, unless its clip says so itself. */
const COUNT_PHRASES =
  /\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|many)\s+times\b|\b(?:twice|thrice|in total|zweimal|dreimal)\b|\b\d+\s*mal\b/giu;

export interface ListRequest {
  readonly model: Answerer;
  readonly catalogue: CatalogueReader;
  readonly question: string;
  /** Base form, of the question. */
  readonly language: string;
  /** True where a line must stand in the words of its clip: the clips hardly hold what is asked. */
  readonly requiresSupport: boolean;
}

/** A moment of a list; `key` is equal for equal places. */
interface ListedMoment {
  readonly key: string;
  readonly citation: Omit<Citation, 'n'>;
}

/** The sentence of a clip that a line of the list means, else the clip. */
function toListedMoment(
  claim: string,
  { clipId, uri, lines, ...source }: EvidenceClip,
  language: string,
): ListedMoment {
  const quoteSentences = extractQuote(analyseQuestion(claim, [language]), lines, source);
  const starts = quoteSentences.map(({ startMs }) => startMs);
  const range =
    quoteSentences.length > 0
      ? {
          startMs: Math.round(Math.min(...starts)),
          endMs: Math.round(Math.max(...quoteSentences.map(({ endMs }) => endMs))),
        }
      : { startMs: source.startMs, endMs: source.endMs };
  const quote = quoteSentences.map(({ text }) => text).join(' ') || source.quote;
  return {
    key: `${uri} ${range.startMs}`,
    citation: { clipId, uri, ...range, link: formatMediaLink(uri, range), quote },
  };
}

/** Sources that one line names: neighbours are one moment over an edge, others are moments of their own. */
function mergeNeighbours(
  sources: readonly EvidenceClip[],
  { numbers }: CitedSentence,
): readonly EvidenceClip[] {
  const citedClips = [...new Set(numbers)].sort((a, b) => a - b).flatMap((n) => sources[n - 1] ?? []);
  return citedClips.filter((source, i) => {
    const previous = citedClips[i - 1];
    return !previous || previous.uri !== source.uri || previous.range.endMs !== source.range.startMs;
  });
}

/**
 * Lists all the moments that a question asks for, from clips that come in portions, and counts them: the count is that of
 * the moments cited, each once, and no number that the model made up. A portion is read part by part and its lines are
 * told in order; their citations are added to `citations`, to which none come where the model found no moment.
 */
export async function listMoments(
  { model, catalogue, question, language, requiresSupport }: ListRequest,
  portions: AsyncIterable<readonly EvidenceClip[]> | Iterable<readonly EvidenceClip[]>,
  citations: Citation[],
  out: TextWriter,
  signal: AbortSignal,
): Promise<void> {
  const seenKeys = new Set<string>();
  const addLine = (sources: readonly EvidenceClip[], line: CitedSentence) => {
    const countPhrases = line.text.match(COUNT_PHRASES) ?? [];
    const moments = mergeNeighbours(sources, line).flatMap((source) => {
      const clipText = source.lines.map(({ text }) => text.toLowerCase()).join(' ');
      const isInvented = countPhrases.some((count) => !clipText.includes(count.toLowerCase()));
      if (isInvented || (requiresSupport && !isClaimSupported(line.text, source.lines, language))) return [];
      return [toListedMoment(line.text, source, language)];
    });
    const newMoments = moments.filter(({ key }) => !seenKeys.has(key) && seenKeys.add(key));
    if (newMoments.length === 0) return;
    const marks = newMoments.map(({ citation }) => {
      citations.push({ n: citations.length + 1, ...citation });
      return `[${citations.length}]`;
    });
    out.addLine(`${line.text.replace(/[.。]$/, '').replace(/^[-*•]\s*/, '')} ${marks.join('')}.`);
  };
  for await (const sources of portions) {
    signal.throwIfAborted();
    const parts = splitByWordBudget(toPromptEvidence(catalogue, sources), countEvidenceWords, model.words);
    for (let index = 0; index < parts.length; index += MAX_PARALLEL_PROMPTS) {
      const prompts = parts
        .slice(index, index + MAX_PARALLEL_PROMPTS)
        .map((part) => answerPrompt(question, part, model.words));
      for (const text of await askForNotes(model, prompts, sources.length, signal, LIST_RULES))
        for (const line of parseCitedSentences(text)) addLine(sources, line);
    }
  }
  const count = citations.length;
  if (count > 0) out.addLine(count === 1 ? '1 moment in all.' : `${count} moments in all.`);
}
