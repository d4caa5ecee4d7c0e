import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { type AnswerStyle, chooseStyleByName } from '../../core/models/answer-style.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { requestChat } from './chat.ts';
import { type OpenAiEndpoint, RequestRefusedError } from './endpoint.ts';

export interface OpenAiAnswererOptions extends OpenAiEndpoint {
  /** Words of evidence that the context window holds. */
  readonly words: number;
  /** Maximum number of tokens in an answer. */
  readonly tokens: number;
  /** Absent: chosen by the name of the model. */
  readonly style?: AnswerStyle | undefined;
}

/** Creates an answerer on an OpenAI-compatible server. Questions and evidence are sent there. */
export function createOpenAiAnswerer(model: OpenAiAnswererOptions): Answerer {
  const closeController = new AbortController();
  return {
    name: model.model,
    words: model.words,
    sentTo: model.baseUrl,
    style: model.style ?? chooseStyleByName(model.model),
    async answer(messages, onDelta, signal) {
      closeController.signal.throwIfAborted();
      const body = {
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        max_tokens: model.tokens,
        temperature: 0,
      };
      try {
        return (await requestChat(model, body, AbortSignal.any([signal, closeController.signal]), onDelta))
          .text;
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        const remedy = 'Use fewer clips (-k), or choose a model with a longer context.';
        throw new ModelUnavailableError(error.message, remedy, { cause: error });
      }
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError('The answerer has been closed.', 'Try again when the daemon is running.'),
      );
    },
  };
}
