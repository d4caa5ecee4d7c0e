import { ChildError } from '../../base/supervised.ts';
import type { HearReply, Transcriber } from '../../ports/transcriber.ts';
import { type HostOptions, inferenceHost } from './host.ts';

export interface LocalSpeechModel {
  /** The hub's id or the folder's name, as shown. */
  readonly id: string;
  readonly revision: string;
}

function failed(kind: 'crashed' | 'hung' | 'refused', reason: string): HearReply {
  const what = kind === 'hung' ? 'The model gave no sign of life' : 'The model crashed';
  return {
    failure: {
      kind: kind === 'hung' ? 'timedOut' : kind === 'crashed' ? 'crashed' : 'unreadable',
      reason:
        kind === 'refused'
          ? `The model cannot take this sound: ${reason}.`
          : `${what} at this sound: ${reason}`,
      remedy:
        'Run `goldfish reindex` on the file, or choose another model with `goldfish models use transcriber`.',
    },
  };
}

/**
 * A speech recogniser of a local folder in Whisper's layout, run by ONNX Runtime in a child process. Sound at which the
 * child crashes or hangs is given once more, and then gets a failure.
 */
export function transformersTranscriber(model: LocalSpeechModel, options: HostOptions): Transcriber {
  const host = inferenceHost(options);
  return {
    name: model.id,
    revision: model.revision,
    get loaded() {
      return host.loaded;
    },
    async transcribe({ samples, language }, signal) {
      for (let left = 1; ; left -= 1) {
        try {
          const reply = await host.call('listen', (place) => ({ place, samples, language }), signal);
          return 'refused' in reply ? failed('refused', reply.refused) : reply;
        } catch (error) {
          if (!(error instanceof ChildError) || error.kind === 'start') throw error;
          if (left === 0) return failed(error.kind, error.message);
        }
      }
    },
    health: (signal) => host.call('loadSpeech', (place) => place, signal),
    close: () => host.close(),
  };
}
