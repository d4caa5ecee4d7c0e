import type { Answer, Citation } from '../core/domain/search-result.ts';
import { createCitationFilter } from '../core/generation/citation-filter.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import type { Answerer } from '../ports/answerer.ts';
import { type AnswerJob, type AnswerQuestionDeps, reportModelFailure } from './answer-job.ts';
import { type AnswerMaterial, createMaterial } from './answer-material.ts';
import { type AnswerQuestion, createTextWriter } from './ask-request.ts';
import { answerFromCatalogue } from './catalogue-answer.ts';
import { isClaimSupported, toCitations } from './evidence.ts';
import { answerInQuotes, resultLimit, toHits } from './extractive-answer.ts';
import { inspectFrames, NO_CAPTIONER_NOTICE } from './inspection.ts';
import { listAnswer } from './list-answer.ts';

/**
 * Answers as Goldfish does (arXiv 2407.12679): the k best clips and nothing else go to a language model, which must
 * cite them. A sentence that cites none of them never reaches the person; where the clips hardly hold the question,
 * neither does one whose words they do not hold.
 *
 * A question about the list of videos is answered from it. A question about whole videos goes over all their clips, by way of summaries that are kept; one that asks for every time
 * goes over all clips of its scope where they are few, else over all that were found, and is answered by a list. With
 * `inspect` a vision-language model looks again at the frames of the clips found, and what it sees is evidence of them. A short
 * video that the question means by itself is shown to it whole (see `findShortVideo`). Without a language model the answer is
 * what was seen, each sentence with its clip. Where a model finds no answer, cannot serve, or writes nothing that is cited,
 * the answer is quotes.
 */
export function createAnswerQuestion(deps: AnswerQuestionDeps): AnswerQuestion {
  return async (request, onDelta, signal) => {
    const fromCatalogue = await answerFromCatalogue(deps, request, onDelta, signal);
    if (fromCatalogue) return fromCatalogue;
    const model = request.answerer ?? deps.answerer();
    const captioner = deps.captioner();
    const vision = captioner && { captioner, decoder: deps.decoder };
    const resolvedQuestion = await deps.find(request, resultLimit(request), signal);
    const remarks = request.inspect && !vision ? [NO_CAPTIONER_NOTICE] : [];
    const out = createTextWriter(onDelta);
    const job: AnswerJob = { deps, request, resolved: resolvedQuestion, model, vision, out, remarks, signal };
    const answer =
      (await answerWithModel(job)) ??
      (await answerInQuotes(deps, request, resolvedQuestion, onDelta, signal));
    const remarkLines = remarks.map((remark) => `\n${remark}`);
    for (const line of remarkLines) onDelta(line);
    return { ...answer, answer: answer.answer + remarkLines.join('') };
  };
}

/** Returns undefined if quotes must do; nothing has been streamed then. */
async function answerWithModel(job: AnswerJob): Promise<Answer | undefined> {
  const { resolved, out } = job;
  if (resolved.allowedVideos.length === 0) return undefined;
  try {
    const citations = await writeModelAnswer(job);
    if (!citations || out.text() === '') return undefined;
    return { answer: out.text(), citations, grounded: true, hits: toHits(resolved) };
  } catch (error) {
    reportModelFailure(job, error);
    return undefined;
  }
}

/** Writes a list, what is seen, or cited sentences. Returns their citations; undefined if there is nothing to write from. */
async function writeModelAnswer(job: AnswerJob): Promise<readonly Citation[] | undefined> {
  const { deps, request, resolved, model, vision, out, remarks, signal } = job;
  if (model && asksForEveryOccurrence(request.question) && !resolved.asksForFrequency) {
    const list = await listAnswer(deps, model, request, resolved, out, signal);
    remarks.push(...list.remarks);
    return list.citations;
  }
  const inspection = vision && (await inspectFrames(job, vision));
  if (inspection?.citations) return inspection.citations;
  if (!model) return undefined;
  const material = await createMaterial(job, model, inspection);
  return material.sources.length > 0 ? await writeCitedSentences(job, model, material) : undefined;
}

/** Streams the model's sentences that cite a clip; a model that fails on the way leaves those that stand already. */
async function writeCitedSentences(
  job: AnswerJob,
  model: Answerer,
  { sources, messages, requiresSupport }: AnswerMaterial,
): Promise<readonly Citation[]> {
  const { out, signal } = job;
  const { language } = job.resolved.question;
  const isSupported = (claim: string, numbers: readonly number[]) =>
    numbers.some((n) => isClaimSupported(claim, sources[n - 1]?.lines ?? [], language));
  const citationFilter = createCitationFilter(sources.length, requiresSupport ? { isSupported } : {});
  try {
    await model.answer(await messages(signal), (delta) => out.add(citationFilter.push(delta)), signal);
  } catch (error) {
    reportModelFailure(job, error);
  }
  out.add(citationFilter.end());
  return toCitations(sources, citationFilter.citations(), language);
}
