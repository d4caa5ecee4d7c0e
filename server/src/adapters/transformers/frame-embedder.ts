import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface LocalFrameEmbedderModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
  /** Side of the square to which pictures are scaled, px. */
  readonly framePx: number;
}

const BATCH_PICTURES = 16;
const CHOOSE_MODEL_REMEDY =
  'Goldfish retries later. If it keeps failing, choose another model with `goldfish models use frameEmbedder`.';

/**
 * Creates a frame embedder from CLIP or SigLIP in a local folder. ONNX Runtime runs it in a child process.
 * Texts go before pictures, because a user is waiting for them.
 */
export function createTransformersFrameEmbedder(
  model: LocalFrameEmbedderModel,
  options: InferenceHostOptions,
): FrameEmbedder {
  const host = createInferenceHost(options);
  const withUnavailableError = async <T>(pending: Promise<T>): Promise<T> => {
    try {
      return await pending;
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      throw new ModelUnavailableError(error.message, CHOOSE_MODEL_REMEDY, { cause: error });
    }
  };
  return {
    name: model.id,
    revision: model.revision,
    batch: BATCH_PICTURES,
    framePx: model.framePx,
    get loaded() {
      return host.loaded;
    },
    async embedPictures(pictures, signal) {
      signal.throwIfAborted();
      if (pictures.length === 0) return [];
      const brokenPicture = pictures.find(({ width, height, data }) => data.length !== width * height * 3);
      if (brokenPicture)
        throw new Error(`a frame of ${brokenPicture.width} x ${brokenPicture.height} px is incomplete`);
      return withUnavailableError(host.call('embedPictures', (place) => ({ place, pictures }), signal));
    },
    async embedTexts(texts, signal) {
      signal.throwIfAborted();
      if (texts.length === 0) return [];
      return withUnavailableError(
        host.call('embedWords', (place) => ({ place, texts }), signal, { urgent: true }),
      );
    },
    health: (signal) => host.call('loadTowers', (place) => place, signal),
    close: () => host.close(),
  };
}
