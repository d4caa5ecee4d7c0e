import { ChildError } from '../../base/child-error.ts';
import type { Transcriber, TranscriberReply } from '../../ports/transcriber.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';

export interface LocalTranscriberModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  readonly revision: string;
}

function toSoundFailure(kind: 'crashed' | 'hung' | 'refused', reason: string): TranscriberReply {
  const description = kind === 'hung' ? 'The model stopped responding' : 'The model crashed';
  return {
    failure: {
      kind: kind === 'hung' ? 'timedOut' : kind === 'crashed' ? 'crashed' : 'unreadable',
      reason:
        kind === 'refused'
          ? `The model cannot process this sound: ${reason}.`
          : `${description} on this sound: ${reason}`,
      remedy:
        'Run `goldfish reindex` on the file, or choose another model with `goldfish models use transcriber`.',
    },
  };
}

/**
 * Creates a transcriber from a model in Whisper's layout in a local folder. ONNX Runtime runs it in a child
 * process. If the child crashes or hangs on a sound, it is retried once and then gets a failure.
 */
export function createTransformersTranscriber(
  model: LocalTranscriberModel,
  options: InferenceHostOptions,
): Transcriber {
  const host = createInferenceHost(options);
  return {
    name: model.id,
    revision: model.revision,
    get loaded() {
      return host.loaded;
    },
    async transcribe(request, signal) {
      for (let attemptsLeft = 1; ; attemptsLeft -= 1) {
        try {
          const reply = await host.call('listen', (place) => ({ place, ...request }), signal);
          return 'refused' in reply ? toSoundFailure('refused', reply.refused) : reply;
        } catch (error) {
          if (!(error instanceof ChildError) || error.kind === 'start') throw error;
          if (attemptsLeft === 0) return toSoundFailure(error.kind, error.message);
        }
      }
    },
    health: (signal) => host.call('loadSpeech', (place) => place, signal),
    close: () => host.close(),
  };
}
