import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface LocalTextEmbedderModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
}

const BATCH_TEXTS = 32;
const CHOOSE_MODEL_REMEDY =
  'Goldfish retries later. If it keeps failing, choose another model with `goldfish models use textEmbedder`.';

/**
 * Creates a text embedder from a model in a local folder. ONNX Runtime runs it in a child process. Questions
 * go before passages.
 */
export function createTransformersTextEmbedder(
  model: LocalTextEmbedderModel,
  options: InferenceHostOptions,
): TextEmbedder {
  const host = createInferenceHost(options);
  return {
    name: model.id,
    revision: model.revision,
    batch: BATCH_TEXTS,
    get loaded() {
      return host.loaded;
    },
    async embed(texts, purpose, signal) {
      signal.throwIfAborted();
      if (texts.length === 0) return [];
      try {
        const params = { texts, purpose };
        const urgent = purpose === 'query';
        return await host.call('embedTexts', (place) => ({ place, ...params }), signal, { urgent });
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
      }
    },
    health: (signal) => host.call('loadTexts', (place) => place, signal),
    close: () => host.close(),
  };
}
