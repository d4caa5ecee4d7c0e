import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { toOptionLetter, toShares, withInstruction } from '../core/generation/option-shares.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { AnswerJob } from './answer-job.ts';
import { createMaterial } from './answer-material.ts';

/**
 * Returns the probability of each option by the evidence that the answer is written from. Undefined if the request has no
 * options, the model cannot tell, or there is no evidence.
 */
export async function scoreOptions(
  job: AnswerJob,
  model: Answerer | undefined,
): Promise<readonly number[] | undefined> {
  const { deps, request, signal } = job;
  const { options } = request;
  if (!options || !model?.score) return undefined;
  try {
    // Remarks on the material belong to the written answer.
    const { sources, messages } = await createMaterial({ ...job, remarks: [] }, model, undefined);
    if (sources.length === 0) return undefined;
    const prompt = await messages(signal);
    const letters = options.map((_, i) => toOptionLetter(i));
    const scores = await model.score(withInstruction(prompt, letters.length), letters, signal);
    return scores && toShares(scores);
  } catch (error) {
    if (!(error instanceof ModelUnavailableError)) throw error;
    deps.onModelFailure(`${model.name} did not answer: ${error.message} ${error.remedy}`);
    return undefined;
  }
}
