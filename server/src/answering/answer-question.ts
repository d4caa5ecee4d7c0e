import type { Answer, Citation } from '../core/domain/search-result.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { createCitationFilter } from '../core/generation/citation-filter.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import type { Answerer, AnswererMessage } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import { type AnswerQuestion, type AskRequest, createTextWriter } from './ask-request.ts';
import {
  type EvidenceClip,
  isClaimSupported,
  toCitations,
  toEvidenceClip,
  toPromptEvidence,
} from './evidence.ts';
import { answerInQuotes, resultLimit, toHits } from './extractive-answer.ts';
import { type ListAnswer, listAnswer } from './list-answer.ts';
import { mapReduceMessages } from './map-reduce.ts';
import type { ResolvedQuestion, ResolveQuestion } from './resolved-question.ts';
import type { SummaryDeps } from './video-summaries.ts';
import { findShortVideo, type Inspection, inspectClips, inspectVideo } from './vision-answer.ts';
import { type VisionDeps, VisionUnavailableError } from './vision-model.ts';
import { answerWholeVideos } from './whole-video-answer.ts';

export interface AnswerQuestionDeps extends SummaryDeps {
  readonly find: ResolveQuestion;
  readonly decoder: VisionDeps['decoder'];
  /** The model in use; undefined where none is set: answers are then quotes, or what was seen. */
  readonly answerer: () => Answerer | undefined;
  /** Looks at frames; undefined where none is in use. */
  readonly captioner: () => Captioner | undefined;
  /** Videos of at most so many minutes are shown to the captioner whole; 0: none. */
  readonly maxWholeVideoMinutes: () => number;
  /** Told why a model that is set did not answer. */
  readonly onModelFailure: (message: string) => void;
}

const NO_CAPTIONER_NOTICE =
  'The frames were not looked at again: no captioner is in use. "goldfish models" tells how to get one, or set models.captioner.';
const WHOLE_VIDEO_NOT_INSPECTED_NOTICE =
  'The frames were not looked at again: this asks about a whole video, and only clips that were found are looked at.';

/** What an answer is written from. */
interface AnswerMaterial {
  readonly sources: readonly EvidenceClip[];
  readonly messages: (signal: AbortSignal) => Promise<readonly AnswererMessage[]>;
  /** A claim must stand in the words of its clips: they hardly hold the question. */
  readonly requiresSupport: boolean;
}

/**
 * Answers as Goldfish does (arXiv 2407.12679): the k best clips and nothing else go to a language model, which must
 * cite them. A sentence that cites none of them never reaches the person; where the clips hardly hold the question,
 * neither does one whose words they do not hold.
 *
 * A question about whole videos goes over all their clips, by way of summaries that are kept; one that asks for every time
 * goes over all clips of its scope where they are few, else over all that were found, and is answered by a list. With
 * `inspect` a vision-language model looks again at the frames of the clips found, and what it sees is evidence of them. A short
 * video that the question means by itself is shown to it whole (see `shortVideo`). Without a language model the answer is
 * what was seen, each sentence with its clip. Where a model finds no answer, cannot serve, or writes nothing that is cited,
 * the answer is quotes.
 */
export function createAnswerQuestion(deps: AnswerQuestionDeps): AnswerQuestion {
  const { catalogue, onModelFailure } = deps;
  return async (request, onDelta, signal) => {
    const model = request.answerer ?? deps.answerer();
    const captioner = deps.captioner();
    const eyes = captioner && { captioner, decoder: deps.decoder };
    const resolved = await deps.find(request, resultLimit(request), signal);
    const remarks: string[] = [];
    if (request.inspect && !eyes) remarks.push(NO_CAPTIONER_NOTICE);
    const answer =
      (await modelAnswer({ request, resolved, model, eyes, remarks }, onDelta, signal)) ??
      (await answerInQuotes(deps, request, resolved, onDelta, signal));
    let text = answer.answer;
    for (const remark of remarks) {
      onDelta(`\n${remark}`);
      text += `\n${remark}`;
    }
    return { ...answer, answer: text };
  };

  interface AnswerJob {
    readonly request: AskRequest;
    readonly resolved: ResolvedQuestion;
    readonly model: Answerer | undefined;
    readonly eyes: VisionDeps | undefined;
    /** Told to the person below the answer. */
    readonly remarks: string[];
  }

  /** Undefined where quotes must do; nothing was told then. */
  async function modelAnswer(
    work: AnswerJob,
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const { request, resolved, model, eyes, remarks } = work;
    if (resolved.allowedVideos.length === 0) return undefined;
    const out = createTextWriter(onDelta);
    const toAnswer = (citations: readonly Citation[]): Answer | undefined =>
      out.text() === ''
        ? undefined
        : { answer: out.text(), citations, grounded: true, hits: toHits(resolved) };
    try {
      if (model && asksForEveryOccurrence(request.question) && !resolved.asksForFrequency) {
        const list: ListAnswer = await listAnswer(deps, model, request, resolved, out, signal);
        remarks.push(...list.remarks);
        return toAnswer(list.citations);
      }
      const inspection = eyes && (await tryInspection(work, eyes, out.add, signal));
      if (inspection?.citations) return toAnswer(inspection.citations);
      if (!model) return undefined;
      const material = await createMaterial(work, model, inspection, signal);
      if (material.sources.length === 0) return undefined;
      const { sources, requiresSupport } = material;
      const { language } = resolved.question;
      const hasSupport = (claim: string, numbers: readonly number[]) =>
        numbers.some((n) => isClaimSupported(claim, sources[n - 1]?.lines ?? [], language));
      const citationFilter = createCitationFilter(
        sources.length,
        requiresSupport ? { isSupported: hasSupport } : {},
      );
      try {
        const messages = await material.messages(signal);
        await model.answer(messages, (delta) => out.add(citationFilter.push(delta)), signal);
      } catch (error) {
        if (!(error instanceof ModelUnavailableError)) throw error;
        // What was told already stands.
        reportFailure(model, error);
      }
      out.add(citationFilter.end());
      return toAnswer(toCitations(sources, citationFilter.citations(), language));
    } catch (error) {
      if (!(error instanceof ModelUnavailableError)) throw error;
      if (model) reportFailure(model, error);
      return undefined;
    }
  }

  function reportFailure({ name }: Answerer, { message, remedy }: ModelUnavailableError): void {
    onModelFailure(`${name} did not answer: ${message} ${remedy}`);
  }

  /** What the vision-language model sees, where it is to look. A look that fails is told and does without. */
  async function tryInspection(
    { request, resolved, model, remarks }: Omit<AnswerJob, 'eyes'>,
    eyes: VisionDeps,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Inspection | undefined> {
    const video = findShortVideo(deps.catalogue, resolved, deps.maxWholeVideoMinutes(), model !== undefined);
    try {
      if (request.inspect && resolved.wholeVideos.length === 0) {
        const inspection = await inspectClips(
          deps,
          eyes,
          request,
          resolved,
          model ? undefined : onText,
          signal,
        );
        remarks.push(...inspection.remarks);
        if (inspection.sources.length > 0) return inspection;
      }
      if (video) {
        const inspection = await inspectVideo(
          deps,
          eyes,
          video,
          request,
          resolved.question,
          model ? undefined : onText,
          signal,
        );
        remarks.push(...(inspection?.remarks ?? []));
        return inspection;
      }
      if (request.inspect && resolved.wholeVideos.length > 0) remarks.push(WHOLE_VIDEO_NOT_INSPECTED_NOTICE);
    } catch (error) {
      if (!(error instanceof VisionUnavailableError)) throw error;
      onModelFailure(`${eyes.captioner.name} did not look: ${error.message}`);
      if (request.inspect) remarks.push(`The frames could not be looked at again: ${error.message}`);
    }
    return undefined;
  }

  /** What the model is given: what was looked at, whole videos, or the best clips. */
  async function createMaterial(
    { request, resolved, remarks }: AnswerJob,
    model: Answerer,
    inspection: Inspection | undefined,
    signal: AbortSignal,
  ): Promise<AnswerMaterial> {
    const { question, k, conversation = [] } = request;
    if (!inspection && resolved.wholeVideos.length > 0) {
      const wholeVideoAnswer = await answerWholeVideos(deps, model, request, resolved, signal);
      remarks.push(...wholeVideoAnswer.remarks);
      return { ...wholeVideoAnswer, requiresSupport: false };
    }
    const topPlaces = k < 0 ? resolved.rankedPlaces : resolved.rankedPlaces.slice(0, Math.max(1, k));
    // Where the words of the question are hardly there the clips may still answer in other ones.
    const usablePlaces = resolved.grounded
      ? topPlaces.filter(({ hit }, i) => i === 0 || !hit.weak)
      : topPlaces;
    const placesWithAnchor = resolved.anchor ? [resolved.anchor, ...usablePlaces] : usablePlaces;
    const sources = inspection?.sources ?? placesWithAnchor.map(toEvidenceClip);
    const evidence = toPromptEvidence(catalogue, sources);
    return {
      sources,
      requiresSupport: !resolved.grounded && resolved.wholeVideos.length === 0,
      messages: (abortSignal) =>
        mapReduceMessages(model, question, evidence, k < 0, conversation, abortSignal),
    };
  }
}
