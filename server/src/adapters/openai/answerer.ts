import { UnavailableError } from '../../core/unavailable.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { chat } from './chat.ts';
import { type Endpoint, RefusedError } from './endpoint.ts';

export interface EndpointAnswerer extends Endpoint {
  /** Words of evidence that its context holds. */
  readonly words: number;
  /** Tokens an answer may have. */
  readonly tokens: number;
}

/** An instruct model behind an OpenAI-compatible host. Questions and evidence leave for that host. */
export function openaiAnswerer(model: EndpointAnswerer): Answerer {
  const closing = new AbortController();
  return {
    name: model.model,
    words: model.words,
    async answer(messages, onDelta, signal) {
      closing.signal.throwIfAborted();
      const body = {
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        max_tokens: model.tokens,
        temperature: 0,
      };
      try {
        return (await chat(model, body, AbortSignal.any([signal, closing.signal]), onDelta)).text;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        const remedy = 'Ask of fewer clips (-k), or choose a model with a longer context.';
        throw new UnavailableError(error.message, remedy, { cause: error });
      }
    },
    async close() {
      closing.abort(new UnavailableError('The answerer is closed.', 'Ask again once the daemon runs.'));
    },
  };
}
