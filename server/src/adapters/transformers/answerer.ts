import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { createThoughtFilter, stripThoughts } from '../../core/generation/strip-thoughts.ts';
import type { AnswerStyle } from '../../core/models/answer-style.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { createInferenceHost, type InferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface AnswerLimits {
  /** Words of evidence that the context window holds besides question and answer. */
  readonly words: number;
  /** Maximum number of tokens in an answer. */
  readonly tokens: number;
}

export interface AnswerBudget extends AnswerLimits {
  readonly style: AnswerStyle;
}

export interface LocalAnswererModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly budget: AnswerBudget;
}

const CHOOSE_MODEL_REMEDY =
  'Ask again, use fewer clips (-k), or choose another model with `goldfish models use answerer`.';

/** Creates an answerer on an inference host that may serve other calls as well. */
export function createHostAnswerer(
  name: string,
  { words, tokens, style }: AnswerBudget,
  host: InferenceHost,
  close: () => Promise<void>,
): Answerer {
  return {
    name,
    words,
    style,
    async answer(messages, onDelta, signal, onUsage) {
      try {
        const params = { messages, tokens };
        const thoughtFilter = createThoughtFilter();
        const show = (text: string) => {
          if (text !== '') onDelta(text);
        };
        const options = { urgent: true, onDelta: (delta: string) => show(thoughtFilter.push(delta)) };
        const reply = await host.call('write', (place) => ({ place, ...params }), signal, options);
        if ('refused' in reply)
          throw new ModelUnavailableError(`The model cannot answer: ${reply.refused}.`, CHOOSE_MODEL_REMEDY);
        if (reply.tokens) onUsage?.(reply.tokens);
        show(thoughtFilter.end());
        return stripThoughts(reply.text);
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
    },
    async score(messages, replies, signal, onUsage) {
      try {
        const params = { messages, replies };
        const found = await host.call('score', (place) => ({ place, ...params }), signal, { urgent: true });
        if ('refused' in found) return undefined;
        if (found.tokens) onUsage?.(found.tokens);
        return found.scores;
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
    },
    close,
  };
}

/** Creates an answerer from an instruct model in a local folder. ONNX Runtime runs it in a child process. */
export function createTransformersAnswerer(
  { id, budget }: LocalAnswererModel,
  options: InferenceHostOptions,
): Answerer {
  const host = createInferenceHost(options);
  return createHostAnswerer(id, budget, host, () => host.close());
}
