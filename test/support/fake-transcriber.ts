import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { Transcriber } from '../../server/src/ports/transcriber.ts';
import { heardIn } from './tone-speech.ts';

/** A Transcriber of the whistled language: deterministic, without a model. */
export function fakeTranscriber(): Transcriber {
  let closed = false;
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closed) throw new ModelUnavailableError('The transcriber is closed.', 'Open it again.');
  };
  return {
    name: 'fake',
    revision: '1',
    loaded: undefined,
    async transcribe({ samples }, signal) {
      check(signal);
      // A turn of the loop, in which a caller may give up.
      await new Promise((resolve) => setImmediate(resolve));
      check(signal);
      return { segments: heardIn(samples), language: 'en' };
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
