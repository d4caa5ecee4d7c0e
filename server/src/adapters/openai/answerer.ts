import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { type AnswerStyle, chooseStyleByName } from '../../core/models/answer-style.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { requestChat } from './chat.ts';
import { type OpenAiEndpoint, parseReply, postToHost, RequestRefusedError, readMember } from './endpoint.ts';
import { readTokenUsage } from './token-usage.ts';

export interface OpenAiAnswererOptions extends OpenAiEndpoint {
  /** Words of evidence that the context window holds. */
  readonly words: number;
  /** Maximum number of tokens in an answer. */
  readonly tokens: number;
  /** Absent: chosen by the name of the model. */
  readonly style?: AnswerStyle | undefined;
}

/** Tokens whose probability is asked for: the most that OpenAI allows. */
const TOP_LOGPROBS = 20;

interface TokenProbability {
  readonly token: string;
  readonly logprob: number;
}

/** Reads the most probable first tokens of a chat completion. Undefined if the host does not tell them. */
function parseTopTokens(reply: unknown): readonly TokenProbability[] | undefined {
  const choices = readMember(reply, 'choices');
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const content = readMember(readMember(choice, 'logprobs'), 'content');
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  const top = readMember(first, 'top_logprobs');
  if (!Array.isArray(top)) return undefined;
  const tokens = top.flatMap((entry: unknown): readonly TokenProbability[] => {
    const [token, logprob] = [readMember(entry, 'token'), readMember(entry, 'logprob')];
    return typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : [];
  });
  return tokens.length > 0 ? tokens : undefined;
}

/** Adds up the tokens that are a reply, with or without a space. A reply that is not among the best has none. */
function scoreReply(reply: string, top: readonly TokenProbability[]): number {
  const own = top.filter(({ token }) => token.trim() === reply);
  return Math.log(own.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0));
}

/** Creates an answerer on an OpenAI-compatible server. Questions and evidence are sent there. */
export function createOpenAiAnswerer(model: OpenAiAnswererOptions): Answerer {
  const closeController = new AbortController();
  return {
    name: model.model,
    words: model.words,
    sentTo: model.baseUrl,
    style: model.style ?? chooseStyleByName(model.model),
    async answer(messages, onDelta, signal, onUsage) {
      closeController.signal.throwIfAborted();
      const body = {
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        max_tokens: model.tokens,
        temperature: 0,
      };
      try {
        const combinedSignal = AbortSignal.any([signal, closeController.signal]);
        const { text, usage } = await requestChat(model, body, combinedSignal, onDelta);
        if (usage) onUsage?.(usage);
        return text;
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        const remedy = 'Use fewer clips (-k), or choose a model with a longer context.';
        throw new ModelUnavailableError(error.message, remedy, { cause: error });
      }
    },
    async score(messages, replies, signal, onUsage) {
      const body = {
        model: model.model,
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        max_tokens: 1,
        temperature: 0,
        logprobs: true,
        top_logprobs: TOP_LOGPROBS,
      };
      try {
        const top = await postToHost(
          model,
          '/chat/completions',
          { type: 'application/json', data: JSON.stringify(body) },
          async (response) => {
            const reply = parseReply(await response.text());
            const usage = readTokenUsage(reply);
            if (usage) onUsage?.(usage);
            return parseTopTokens(reply);
          },
          AbortSignal.any([signal, closeController.signal]),
        );
        return top && replies.map((reply) => scoreReply(reply, top));
      } catch (error) {
        // Many hosts tell no probabilities, and some refuse a request for them.
        if (error instanceof RequestRefusedError) return undefined;
        throw error;
      }
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError('The answerer has been closed.', 'Try again when the daemon is running.'),
      );
    },
  };
}
