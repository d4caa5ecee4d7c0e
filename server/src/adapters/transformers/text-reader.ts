import { ChildError } from '../../base/child-error.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';
import { createInferenceHost, type InferenceHostOptions } from './inference-host.ts';
import type { ReadTextReply } from './inference-messages.ts';

export interface OnnxTextReaderOptions {
  /** Model and version, for recipes. */
  readonly name: string;
  /**
   * True for the model that comes with Goldfish. It reads only pictures with 1 to 8 lines and leaves others to
   * `fallback`, because it loses spaces in long lines of small type. If it cannot be loaded, `fallback` reads all.
   */
  readonly bundled: boolean;
  readonly host: InferenceHostOptions;
  /** Reads what the model cannot: crowded pictures, and languages with letters that it does not know. */
  readonly fallback: TextRecogniser;
}

/** Size of the picture that decides, and how many lines are few. */
const SURVEY = { maxSidePx: 640, maxBoxes: 8 };

export interface TextReader extends TextRecogniser {
  /** Device of the last load; undefined before it. */
  readonly loaded?: ModelHealth | undefined;
  /** Loads the model and returns its device. Rejects with ModelUnavailableError. */
  health?(signal: AbortSignal): Promise<ModelHealth>;
}

/** Creates a text recogniser from PP-OCR in a folder, with another engine for what it cannot read. */
export function createOnnxTextReader({ name, bundled, host, fallback }: OnnxTextReaderOptions): TextReader {
  const inference = createInferenceHost(host);
  const readOptions = bundled ? { restoresSpaces: true, survey: SURVEY } : { restoresSpaces: false };
  return {
    name: `${name} + ${fallback.name}`,
    get loaded() {
      return inference.loaded;
    },
    async read(picture, languages, signal) {
      signal.throwIfAborted();
      let reply: ReadTextReply;
      try {
        const request = { picture, languages, ...readOptions };
        reply = await inference.call('readText', (place) => ({ place, ...request }), signal);
      } catch (error) {
        const mayFallBack =
          error instanceof ChildError || (bundled && error instanceof ModelUnavailableError);
        if (!mayFallBack) throw error;
        host.onTrouble?.(`${fallback.name} reads instead of ${name}: ${error.message}`);
        return fallback.read(picture, languages, signal);
      }
      if (!reply.crowded && reply.unreadable.length === 0) return reply.lines;
      const fallbackLines = await fallback.read(picture, languages, signal);
      return fallbackLines.length > 0 ? fallbackLines : reply.lines;
    },
    health: (signal) => inference.call('loadReader', (place) => place, signal),
    async close() {
      await Promise.all([inference.close(), fallback.close()]);
    },
  };
}
