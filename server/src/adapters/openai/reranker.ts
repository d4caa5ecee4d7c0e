import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { Reranker } from '../../ports/reranker.ts';
import {
  checkHealth,
  type OpenAiEndpoint,
  parseReply,
  postToHost,
  RequestRefusedError,
  readMember,
  TransientHostError,
} from './endpoint.ts';

/** Maximum number of characters sent of a passage. */
const MAX_PASSAGE_CHARS = 4000;
const CHOOSE_MODEL_REMEDY = 'Choose another model with `goldfish models use reranker`, or `none`.';

/**
 * Returns scores in 0..1 in the order of the passages. Some servers send logits: scores outside 0..1 go
 * through a sigmoid.
 */
function parseScores(body: unknown, count: number): readonly number[] {
  const results = readMember(body, 'results') ?? readMember(body, 'data');
  if (!Array.isArray(results)) throw new TransientHostError('it did not send a ranking');
  const scores: (number | undefined)[] = Array.from({ length: count });
  for (const result of results as readonly unknown[]) {
    const index = readMember(result, 'index');
    const score = readMember(result, 'relevance_score') ?? readMember(result, 'score');
    if (typeof index !== 'number' || typeof score !== 'number' || !Number.isFinite(score)) {
      throw new TransientHostError('it did not send a ranking');
    }
    scores[index] = score;
  }
  const completeScores = scores.slice(0, count).map((score) => {
    if (score === undefined) throw new TransientHostError(`it ranked ${results.length} of ${count} passages`);
    return score;
  });
  const logits = completeScores.some((score) => score < 0 || score > 1);
  return logits ? completeScores.map((score) => 1 / (1 + Math.exp(-score))) : completeScores;
}

/**
 * Creates a reranker on a server with `/rerank` besides OpenAI's calls, such as vLLM, llama.cpp's server or
 * Jina. Questions and the passages found are sent there.
 */
export function createOpenAiReranker(endpoint: OpenAiEndpoint): Reranker {
  const closeController = new AbortController();
  let loadedHealth: ModelHealth | undefined;
  const withCloseSignal = (signal: AbortSignal): AbortSignal => {
    if (closeController.signal.aborted) throw closeController.signal.reason;
    return AbortSignal.any([signal, closeController.signal]);
  };
  return {
    name: endpoint.model,
    revision: '',
    get loaded() {
      return loadedHealth;
    },
    async rank(question, passages, callerSignal) {
      const signal = withCloseSignal(callerSignal);
      signal.throwIfAborted();
      if (passages.length === 0) return [];
      // Some servers refuse an empty text.
      const documents = passages.map((text) => text.slice(0, MAX_PASSAGE_CHARS) || ' ');
      const { model } = endpoint;
      const data = JSON.stringify({ model, query: question, documents, top_n: documents.length });
      const readScores = async (response: Response) =>
        parseScores(parseReply(await response.text()), documents.length);
      try {
        return await postToHost(endpoint, '/rerank', { type: 'application/json', data }, readScores, signal);
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
    },
    async health(signal) {
      loadedHealth = await checkHealth(endpoint, withCloseSignal(signal));
      return loadedHealth;
    },
    async close() {
      closeController.abort(
        new ModelUnavailableError('The reranker has been closed.', 'Try again when the daemon is running.'),
      );
    },
  };
}
