import type { PreTrainedModel, PreTrainedTokenizer, Processor } from '@huggingface/transformers';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { InputPreparer } from './image-text-prompt.ts';
import type { ModelPlace } from './inference-messages.ts';

/** What every loaded model can do. */
export interface Disposable {
  dispose(): Promise<unknown>;
}

export interface LoadedVisionModel extends Disposable {
  readonly model: PreTrainedModel;
  readonly processor: Processor;
  readonly tokenizer: PreTrainedTokenizer;
  readonly preparer: InputPreparer;
}

/** Outputs of one graph for two different inputs. */
export type ProbeOutputs = readonly [Float32Array, Float32Array];

/** A model with the devices that were tried for it. */
export type WithHealth<T> = T & { readonly health: ModelHealth };

/** How models of one role are loaded and tested. */
export interface ModelLoader<T> {
  /** Throws what the runtime throws, UnusableError where no device can help. */
  readonly loadOn: (place: ModelPlace, device: string) => Promise<T>;
  /** One probe for each part that could be wrong by itself; inputs of more than 32 tokens where there are tokens. */
  readonly runProbe: (loadedModel: T) => Promise<readonly ProbeOutputs[]>;
}
