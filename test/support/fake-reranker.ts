import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { Reranker } from '../../server/src/ports/reranker.ts';

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** A Reranker by the share of the question's words that a passage holds: deterministic, without a model. */
export function fakeReranker(
  options: {
    /** Passages that hold this come first, whatever is asked. */
    readonly favours?: string;
    readonly busy?: () => Promise<void>;
  } = {},
): Reranker {
  let closed = false;
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closed) throw new ModelUnavailableError('The reranker is closed.', 'Open it again.');
  };
  return {
    name: 'fake',
    revision: '1',
    loaded: undefined,
    async rank(question, passages, signal) {
      check(signal);
      // A turn of the loop, in which a caller may give up.
      await new Promise((resolve) => setImmediate(resolve));
      await options.busy?.();
      check(signal);
      const asked = [...wordsOf(question)];
      return passages.map((passage) => {
        if (options.favours !== undefined) return passage.includes(options.favours) ? 1 : 0;
        const held = wordsOf(passage);
        return asked.filter((word) => held.has(word)).length / Math.max(1, asked.length);
      });
    },
    async health(signal) {
      check(signal);
      return { device: 'fake', steps: [{ device: 'fake', taken: true, reason: 'it is the only one' }] };
    },
    async close() {
      closed = true;
    },
  };
}
