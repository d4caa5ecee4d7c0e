import type { VoiceDetector } from '../../ports/voice-detector.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';

/** Creates a voice detector from the folder of a Silero model. ONNX Runtime runs it in a child process. */
export function createOnnxVoiceDetector(name: string, options: InferenceHostOptions): VoiceDetector {
  const host = createInferenceHost(options);
  return {
    name,
    get loaded() {
      return host.loaded;
    },
    judge: (samples, state, signal) =>
      host.call('detectVoice', (place) => ({ place, samples, state }), signal),
    health: (signal) => host.call('loadVoice', (place) => place, signal),
    close: () => host.close(),
  };
}
