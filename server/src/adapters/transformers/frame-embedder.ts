import { ChildError } from '../../base/supervised.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import { type HostOptions, inferenceHost } from './host.ts';

export interface LocalFrameEmbedder {
  /** The hub's id or the folder's name, as shown. */
  readonly id: string;
  readonly revision: string;
  /** Side of the square that pictures are looked at in, px. */
  readonly framePx: number;
}

const BATCH = 16;
const REMEDY = 'It is tried again later; else choose another model with `goldfish models use frameEmbedder`.';

/** CLIP or SigLIP of a local folder, run by ONNX Runtime in a child process. Words go before pictures: a person waits. */
export function transformersFrameEmbedder(model: LocalFrameEmbedder, options: HostOptions): FrameEmbedder {
  const host = inferenceHost(options);
  const told = async <T>(pending: Promise<T>): Promise<T> => {
    try {
      return await pending;
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      throw new UnavailableError(error.message, REMEDY, { cause: error });
    }
  };
  return {
    name: model.id,
    revision: model.revision,
    batch: BATCH,
    framePx: model.framePx,
    get loaded() {
      return host.loaded;
    },
    async embedPictures(pictures, signal) {
      signal.throwIfAborted();
      if (pictures.length === 0) return [];
      const broken = pictures.find(({ width, height, data }) => data.length !== width * height * 3);
      if (broken) throw new Error(`a frame of ${broken.width} x ${broken.height} px is not whole`);
      return told(host.call('embedPictures', (place) => ({ place, pictures }), signal));
    },
    async embedTexts(texts, signal) {
      signal.throwIfAborted();
      if (texts.length === 0) return [];
      return told(host.call('embedWords', (place) => ({ place, texts }), signal, { urgent: true }));
    },
    health: (signal) => host.call('loadTowers', (place) => place, signal),
    close: () => host.close(),
  };
}
