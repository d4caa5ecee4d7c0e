import type { Answer, Citation } from '../core/domain/search-result.ts';
import { overlapMs, type TimeRange } from '../core/domain/time-range.ts';
import { createPhraseFilter, type Phrase } from '../core/generation/phrase-filter.ts';
import { PLAIN_INSTRUCTION, plainPrompt } from '../core/generation/plain-prompt.ts';
import { orderLines } from '../core/language/lines.ts';
import { type Sentence, splitSentences } from '../core/language/sentence-splitter.ts';
import { toStandaloneQuestion } from '../core/query/follow-up.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import type { Answerer } from '../ports/answerer.ts';
import { type AnswerJob, reportModelFailure } from './answer-job.ts';
import { createCitation } from './format-citation.ts';

/** Maximum number of words that a small model is given. It reads them in about a second. */
const MAX_PROMPT_WORDS = 120;
/** Sentences this near to a quote are given with it, ms. */
const CONTEXT_MS = 15_000;
/** Time that a small model has, ms. The quotes are shown already. */
const TIME_LIMIT_MS = 10_000;

/** Sentences of one video, in time order, and those near its quotes. */
interface VideoEvidence {
  readonly uri: string;
  readonly sentences: readonly Sentence[];
  readonly nearQuotes: readonly Sentence[];
}

/** Thrown into the model's call when nothing useful will follow. */
class ModelStoppedError extends Error {}

/**
 * Returns whether a small model may phrase the answer. Lists, counts, times, whole videos and refusals are decided by
 * rules alone.
 */
function mayPhrase({ request, resolved }: AnswerJob, quotes: Answer): boolean {
  return (
    quotes.grounded &&
    resolved.wholeVideos.length === 0 &&
    resolved.order === undefined &&
    resolved.at === undefined &&
    resolved.asksForFrequency === undefined &&
    !asksForEveryOccurrence(request.question)
  );
}

/** Gathers the sentences of the clips that are quoted. */
function gatherEvidence({ resolved }: AnswerJob, citations: readonly Citation[]): readonly VideoEvidence[] {
  return [...new Set(citations.map(({ uri }) => uri))].map((uri) => {
    const lines = resolved.rankedPlaces
      .filter(({ hit }) => hit.uri === uri)
      .flatMap(({ place, hit }) => [...place.window.lines, ...hit.evidence])
      .filter(({ kind }) => kind !== 'facts' && kind !== 'frame' && kind !== 'title');
    const sentences = splitSentences(orderLines([...new Set(lines)]));
    const quoted = citations.filter((citation) => citation.uri === uri);
    const isNear = (sentence: TimeRange) =>
      quoted.some(
        ({ startMs, endMs }) =>
          overlapMs(sentence, { startMs: startMs - CONTEXT_MS, endMs: endMs + CONTEXT_MS }) > 0,
      );
    return { uri, sentences, nearQuotes: sentences.filter(isNear) };
  });
}

/** Lets the model write until its text ends, nothing useful will follow, or its time is over. */
async function collectPhrases(
  job: AnswerJob,
  model: Answerer,
  evidence: readonly VideoEvidence[],
): Promise<readonly Phrase[]> {
  const { request, resolved, signal } = job;
  const question = toStandaloneQuestion(request.question, request.conversation ?? []);
  const { language } = resolved.question;
  const filter = createPhraseFilter({
    question,
    instructions: PLAIN_INSTRUCTION,
    evidence: evidence.map(({ sentences }) => sentences),
    language,
  });
  const near = evidence.flatMap(({ nearQuotes }) => nearQuotes);
  const text = plainPrompt(question, near, Math.min(MAX_PROMPT_WORDS, model.words));
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new ModelStoppedError()), TIME_LIMIT_MS);
  const onDelta = (delta: string) => {
    filter.push(delta);
    if (filter.isFinished()) stop.abort(new ModelStoppedError());
  };
  try {
    await model.answer([{ role: 'user', text }], onDelta, AbortSignal.any([signal, stop.signal]));
    filter.end();
  } catch (error) {
    if (!(error instanceof ModelStoppedError)) throw error;
  } finally {
    clearTimeout(timer);
  }
  return filter.phrases();
}

const toComparable = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');

/**
 * Adds to an answer of quotes what a small model makes of them: its sentences that the clips support, cited by the
 * seconds of the sentences that they rest on. `note` says why it added nothing.
 */
export async function addPhrases(job: AnswerJob, model: Answerer, quotes: Answer): Promise<Answer> {
  if (!mayPhrase(job, quotes)) return quotes;
  const startedMs = performance.now();
  const evidence = gatherEvidence(job, quotes.citations);
  try {
    const phrases = await collectPhrases(job, model, evidence);
    const quotedText = toComparable(quotes.citations.map(({ quote }) => quote).join(' '));
    const newPhrases = phrases.filter(({ text }) => !quotedText.includes(toComparable(text).trim()));
    if (newPhrases.length > 0) return appendPhrases(job, model, quotes, evidence, newPhrases);
    if (phrases.length > 0) return quotes;
    const seconds = Math.max(1, Math.round((performance.now() - startedMs) / 1000));
    const note = `${model.name} wrote nothing that the clips support (${seconds} s), so the answer is quotes.`;
    return { ...quotes, note };
  } catch (error) {
    reportModelFailure(job, error);
    return { ...quotes, note: job.notes.at(-1) };
  }
}

function appendPhrases(
  { deps, out }: AnswerJob,
  model: Answerer,
  quotes: Answer,
  evidence: readonly VideoEvidence[],
  phrases: readonly Phrase[],
): Answer {
  const citations = [...quotes.citations];
  const texts = phrases.flatMap(({ text, sentences }) => {
    const uri = evidence.find((video) => video.sentences.some((each) => sentences.includes(each)))?.uri;
    const copy = uri === undefined ? undefined : deps.catalogue.copy(uri);
    if (!copy) return [];
    const citation = createCitation(deps.catalogue, copy, sentences, citations.length + 1);
    const known = citations.find(
      (each) => each.uri === uri && each.startMs <= citation.startMs && each.endMs >= citation.endMs,
    );
    if (!known) citations.push(citation);
    return [`${text} [${(known ?? citation).n}]`];
  });
  if (texts.length === 0) return quotes;
  out.addLine(`${model.name}: ${texts.join(' ')}`);
  return { ...quotes, answer: out.text(), citations };
}
