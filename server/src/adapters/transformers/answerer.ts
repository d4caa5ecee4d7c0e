import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { createInferenceHost, type InferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface AnswerBudget {
  /** Words of evidence that its context holds beside question and answer. */
  readonly words: number;
  /** Tokens an answer may have. */
  readonly tokens: number;
}

export interface LocalAnswererModel {
  /** The hub's id or the folder's name, as shown. */
  readonly id: string;
  readonly budget: AnswerBudget;
}

const REMEDY =
  'Ask again, ask of fewer clips (-k), or choose another model with `goldfish models use answerer`.';

/** Answers from a host that may serve other calls as well. */
export function createHostAnswerer(
  name: string,
  { words, tokens }: AnswerBudget,
  host: InferenceHost,
  close: () => Promise<void>,
): Answerer {
  return {
    name,
    words,
    async answer(messages, onDelta, signal) {
      try {
        const params = { messages, tokens };
        const options = { urgent: true, onDelta };
        const reply = await host.call('write', (place) => ({ place, ...params }), signal, options);
        if ('refused' in reply)
          throw new ModelUnavailableError(`The model cannot answer: ${reply.refused}.`, REMEDY);
        return reply.text;
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, REMEDY, { cause: error });
      }
    },
    close,
  };
}

/** An instruct model of a local folder, run by ONNX Runtime in a child process. */
export function createTransformersAnswerer(
  { id, budget }: LocalAnswererModel,
  options: InferenceHostOptions,
): Answerer {
  const host = createInferenceHost(options);
  return createHostAnswerer(id, budget, host, () => host.close());
}
