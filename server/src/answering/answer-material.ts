import type { Answerer, AnswererMessage } from '../ports/answerer.ts';
import type { AnswerJob } from './answer-job.ts';
import { type EvidenceClip, toEvidenceClip, toPromptEvidence } from './evidence.ts';
import { mapReduceMessages } from './map-reduce.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import type { Inspection } from './vision-answer.ts';
import { answerWholeVideos } from './whole-video-answer.ts';

/** What an answer is written from. */
export interface AnswerMaterial {
  readonly sources: readonly EvidenceClip[];
  readonly messages: (signal: AbortSignal) => Promise<readonly AnswererMessage[]>;
  /** A claim must stand in the words of its clips: they hardly hold the question. */
  readonly requiresSupport: boolean;
}

/** Chooses what the model is given: clips that were looked at, whole videos, or the best clips. */
export async function createMaterial(
  job: AnswerJob,
  model: Answerer,
  inspection: Inspection | undefined,
): Promise<AnswerMaterial> {
  const { deps, request, resolved, remarks, signal } = job;
  if (!inspection && resolved.wholeVideos.length > 0) {
    const wholeVideoAnswer = await answerWholeVideos(deps, model, request, resolved, signal);
    remarks.push(...wholeVideoAnswer.remarks);
    return { ...wholeVideoAnswer, requiresSupport: false };
  }
  const { question, k, conversation = [] } = request;
  const sources = inspection?.sources ?? selectClips(resolved, k);
  const evidence = toPromptEvidence(deps.catalogue, sources);
  return {
    sources,
    requiresSupport: !resolved.grounded && resolved.wholeVideos.length === 0,
    messages: (abortSignal) => mapReduceMessages(model, question, evidence, k < 0, conversation, abortSignal),
  };
}

/** Returns the `k` best clips (-1: all) and the place they lie beside. Weak ones only if nothing better was found. */
function selectClips(resolvedQuestion: ResolvedQuestion, k: number): readonly EvidenceClip[] {
  const topPlaces =
    k < 0 ? resolvedQuestion.rankedPlaces : resolvedQuestion.rankedPlaces.slice(0, Math.max(1, k));
  // Where the words of the question are hardly there the clips may still answer in other ones.
  const usablePlaces = resolvedQuestion.grounded
    ? topPlaces.filter(({ hit }, i) => i === 0 || !hit.weak)
    : topPlaces;
  const places = resolvedQuestion.anchor ? [resolvedQuestion.anchor, ...usablePlaces] : usablePlaces;
  return places.map(toEvidenceClip);
}
