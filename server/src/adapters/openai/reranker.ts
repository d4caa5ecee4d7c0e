import { UnavailableError } from '../../core/unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { Reranker } from '../../ports/reranker.ts';
import { type Endpoint, healthOf, member, PassingError, parsed, post, RefusedError } from './endpoint.ts';

/** Characters of a passage that are sent. */
const LONGEST_TEXT = 4000;
const REMEDY = 'Choose another model with `goldfish models use reranker`, or `none`.';

/** Scores 0..1 in the order of the passages. Some hosts send logits, so that scores go beyond: they are squeezed. */
function scoresOf(body: unknown, count: number): readonly number[] {
  const results = member(body, 'results') ?? member(body, 'data');
  if (!Array.isArray(results)) throw new PassingError('it sent something that is no ranking');
  const scores: (number | undefined)[] = Array.from({ length: count });
  for (const each of results as readonly unknown[]) {
    const index = member(each, 'index');
    const score = member(each, 'relevance_score') ?? member(each, 'score');
    if (typeof index !== 'number' || typeof score !== 'number' || !Number.isFinite(score)) {
      throw new PassingError('it sent something that is no ranking');
    }
    scores[index] = score;
  }
  const whole = scores.slice(0, count).map((score) => {
    if (score === undefined) throw new PassingError(`it ranked ${results.length} of ${count} passages`);
    return score;
  });
  const logits = whole.some((score) => score < 0 || score > 1);
  return logits ? whole.map((score) => 1 / (1 + Math.exp(-score))) : whole;
}

/**
 * A cross-encoder behind a host that has `/rerank` beside OpenAI's calls, as vLLM, llama.cpp's server and Jina have.
 * Questions and the passages found leave for that host.
 */
export function openaiReranker(endpoint: Endpoint): Reranker {
  const closing = new AbortController();
  let loaded: ModelHealth | undefined;
  const open = (signal: AbortSignal): AbortSignal => {
    if (closing.signal.aborted) throw closing.signal.reason;
    return AbortSignal.any([signal, closing.signal]);
  };
  return {
    name: endpoint.model,
    revision: '',
    get loaded() {
      return loaded;
    },
    async rank(question, passages, given) {
      const signal = open(given);
      signal.throwIfAborted();
      if (passages.length === 0) return [];
      // An empty text is refused by some hosts.
      const documents = passages.map((text) => text.slice(0, LONGEST_TEXT) || ' ');
      const { model } = endpoint;
      const data = JSON.stringify({ model, query: question, documents, top_n: documents.length });
      const read = async (response: Response) => scoresOf(parsed(await response.text()), documents.length);
      try {
        return await post(endpoint, '/rerank', { type: 'application/json', data }, read, signal);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        throw new UnavailableError(error.message, REMEDY, { cause: error });
      }
    },
    async health(signal) {
      loaded = await healthOf(endpoint, open(signal));
      return loaded;
    },
    async close() {
      closing.abort(new UnavailableError('The reranker is closed.', 'Ask again once the daemon runs.'));
    },
  };
}
