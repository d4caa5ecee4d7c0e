import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { RecordProblem } from './model-slot.ts';

/** Wraps an answerer so that the reason why it did not answer last is recorded, in its host's own words. */
export function watchAnswerer(answerer: Answerer, record: RecordProblem): Answerer {
  return {
    ...answerer,
    async answer(messages, onDelta, signal, onUsage) {
      try {
        const text = await answerer.answer(messages, onDelta, signal, onUsage);
        record(undefined);
        return text;
      } catch (error) {
        if (error instanceof ModelUnavailableError) record(`${error.message} ${error.remedy}`);
        throw error;
      }
    },
  };
}
