import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { requestChat } from './chat.ts';
import { type OpenAiEndpoint, RequestRefusedError } from './endpoint.ts';

export interface OpenAiAnswererOptions extends OpenAiEndpoint {
  /** Words of evidence that its context holds. */
  readonly words: number;
  /** Tokens an answer may have. */
  readonly tokens: number;
}

/** An instruct model behind an OpenAI-compatible host. Questions and evidence leave for that host. */
export function createOpenAiAnswerer(model: OpenAiAnswererOptions): Answerer {
  const closeController = new AbortController();
  return {
    name: model.model,
    words: model.words,
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
        const remedy = 'Ask of fewer clips (-k), or choose a model with a longer context.';
        throw new ModelUnavailableError(error.message, remedy, { cause: error });
      }
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError('The answerer is closed.', 'Ask again once the daemon runs.'),
      );
    },
  };
}
