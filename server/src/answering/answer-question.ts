import type { Answer, Citation } from '../core/domain/search-result.ts';
import { ANSWER_RULES } from '../core/generation/answer-prompt.ts';
import { createCitationFilter } from '../core/generation/citation-filter.ts';
import { isPromptCopy } from '../core/generation/grounding.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import type { Answerer } from '../ports/answerer.ts';
import { meterAnswerer } from '../ports/meter-answerer.ts';
import { type AnswerJob, type AnswerQuestionDeps, reportModelFailure } from './answer-job.ts';
import { type AnswerMaterial, createMaterial } from './answer-material.ts';
import { type AnswerQuestion, createTextWriter } from './ask-request.ts';
import { answerFromCatalogue } from './catalogue-answer.ts';
import { findSupportingSource, isClaimSupported, toCitations } from './evidence.ts';
import { answerInQuotes, resultLimit, toHits } from './extractive-answer.ts';
import { inspectFrames, NO_CAPTIONER_NOTICE } from './inspection.ts';
import { listAnswer } from './list-answer.ts';
import { addPhrases } from './plain-answer.ts';
import { scoreOptions } from './score-options.ts';

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
    const fromCatalogue = request.ranges
      ? undefined
      : await answerFromCatalogue(deps, request, onDelta, signal);
    if (fromCatalogue) return fromCatalogue;
    const chosenModel = request.answerer ?? deps.answerer();
    const meter = chosenModel && meterAnswerer(chosenModel);
    const model = meter?.answerer;
    const captioner = deps.captioner();
    const vision = captioner && { captioner, decoder: deps.decoder };
    const resolvedQuestion = await deps.find(request, resultLimit(request), signal);
    const remarks = request.inspect && !vision ? [NO_CAPTIONER_NOTICE] : [];
    const out = createTextWriter(onDelta);
    const isPlain = model?.style === 'plain';
    // A small model cannot keep to the format of an answer from many clips.
    const writer = isPlain ? undefined : model;
    const job: AnswerJob = {
      deps,
      request,
      resolved: resolvedQuestion,
      model: writer,
      vision,
      out,
      remarks,
      notes: [],
      signal,
    };
    const answer = (await answerWithModel(job)) ?? (await answerFromQuotes(job, isPlain ? model : undefined));
    const remarkLines = remarks.map((remark) => `\n${remark}`);
    for (const line of remarkLines) onDelta(line);
    const optionShares = await scoreOptions(job, model);
    const usage = meter?.usage();
    return {
      ...answer,
      answer: answer.answer + remarkLines.join(''),
      ...(optionShares && { optionShares: [...optionShares] }),
      ...(usage && { usage }),
    };
  };
}

/** Answers in quotes, to which a small model may add a sentence. */
async function answerFromQuotes(job: AnswerJob, smallModel: Answerer | undefined): Promise<Answer> {
  const { deps, request, resolved, out, notes, signal } = job;
  const quotes = await answerInQuotes(deps, request, resolved, out.add, signal);
  if (smallModel) return addPhrases({ ...job, model: smallModel }, smallModel, quotes);
  const [note] = notes;
  if (note !== undefined) return { ...quotes, note };
  if (job.model === undefined || !quotes.grounded) return quotes;
  return {
    ...quotes,
    note: `${job.model.name} wrote nothing that the clips support, so the answer is quotes.`,
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
  const { question } = job.request;
  const isSupported = (claim: string, numbers: readonly number[]) =>
    !isPromptCopy(claim, question, ANSWER_RULES) &&
    (!requiresSupport || numbers.some((n) => isClaimSupported(claim, sources[n - 1]?.lines ?? [], language)));
  const attach = (claim: string) => findSupportingSource(claim, question, sources, language);
  const citationFilter = createCitationFilter(sources.length, { isSupported, attach });
  try {
    await model.answer(await messages(signal), (delta) => out.add(citationFilter.push(delta)), signal);
  } catch (error) {
    reportModelFailure(job, error);
  }
  out.add(citationFilter.end());
  return toCitations(sources, citationFilter.citations(), language);
}
