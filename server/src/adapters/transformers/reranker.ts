import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { Reranker } from '../../ports/reranker.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface LocalRerankerModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
}

const CHOOSE_MODEL_REMEDY = 'Choose another model with `goldfish models use reranker`, or `none`.';

/** Creates a reranker from a cross-encoder in a local folder. ONNX Runtime runs it in a child process. */
export function createTransformersReranker(
  model: LocalRerankerModel,
  options: InferenceHostOptions,
): Reranker {
  const host = createInferenceHost(options);
  return {
    name: model.id,
    revision: model.revision,
    get loaded() {
      return host.loaded;
    },
    async rank(question, passages, signal) {
      signal.throwIfAborted();
      if (passages.length === 0) return [];
      try {
        const params = { question, passages };
        return await host.call('rank', (place) => ({ place, ...params }), signal, { urgent: true });
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
    },
    health: (signal) => host.call('loadRanker', (place) => place, signal),
    close: () => host.close(),
  };
}
