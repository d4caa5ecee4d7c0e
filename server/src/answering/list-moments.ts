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

/**
 * Matches counts in a list line. Only the list itself may count, so a count that the clip does not state is
 * invented.
 */
const COUNT_PHRASES =
  /\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|many)\s+times\b|\b(?:twice|thrice|in total|zweimal|dreimal)\b|\b\d+\s*mal\b/giu;

export interface ListRequest {
  readonly model: Answerer;
  readonly catalogue: CatalogueReader;
  readonly question: string;
  /** Base language of the question. */
  readonly language: string;
  /** Requires each line to use words of its clip, because the clips barely match the question. */
  readonly requiresSupport: boolean;
}

/** A moment of a list. Moments at the same place have the same `key`. */
interface ListedMoment {
  readonly key: string;
  readonly citation: Omit<Citation, 'n'>;
}

/** Finds the sentence of a clip that a list line refers to; falls back to the clip. */
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

/** Returns the sources that one line cites. Adjacent clips count as one moment that crosses a clip edge. */
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
 * Lists and counts all moments that a question asks for, from clips that arrive in portions. Each cited
 * moment counts once; numbers the model invents are ignored. Lines are streamed in order, and their citations
 * are appended to `citations`. It stays unchanged if the model finds no moment.
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
    const citationMarks = newMoments.map(({ citation }) => {
      citations.push({ n: citations.length + 1, ...citation });
      return `[${citations.length}]`;
    });
    out.addLine(`${line.text.replace(/[.。]$/, '').replace(/^[-*•]\s*/, '')} ${citationMarks.join('')}.`);
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
  if (count > 0) out.addLine(count === 1 ? '1 moment in total.' : `${count} moments in total.`);
}
