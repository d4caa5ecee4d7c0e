import type { Diariser } from '../../ports/diariser.ts';
import { findDiariserLayout } from './diariser-layout.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';
import { listModelFiles } from './list-model-files.ts';

export interface LocalDiariserModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
}

/** Creates a diariser from the graphs in a local folder. ONNX Runtime runs them in a child process. */
export function createOnnxDiariser(
  { id, revision }: LocalDiariserModel,
  options: InferenceHostOptions,
): Diariser {
  const host = createInferenceHost(options);
  return {
    name: id,
    revision,
    detectsSpeech: findDiariserLayout(listModelFiles(options.folder))?.segmentation !== undefined,
    get loaded() {
      return host.loaded;
    },
    hear: (window, signal) => host.call('hearVoices', (place) => ({ place, window }), signal),
    health: (signal) => host.call('loadDiariser', (place) => place, signal),
    close: () => host.close(),
  };
}
