import { createRequire } from 'node:module';
import { ChildError } from '../../base/child-error.ts';
import { createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import { NOT_LOADED, type ReaderCalls } from '../../children/reader-messages.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';
import { findLanguageData } from './languages.ts';

/** A page of small type takes under 2 s, but many times that on a slow, busy machine. ms */
const SILENCE_MS = 120_000;
const IDLE_MS = 60_000;

/** Returns the engine's version. Without the package, everything except text on screen works. */
function findEngineVersion(): string {
  try {
    return String(createRequire(import.meta.url)('tesseract.js/package.json').version);
  } catch {
    return 'not installed';
  }
}

/** Creates a text recogniser in a child process that starts with the first picture and ends when idle. */
export function createTesseractReader(
  options: { readonly idleMs?: number; readonly onTrouble?: (message: string) => void } = {},
): TextRecogniser {
  const child = createChildSupervisor<ReaderCalls>({
    name: 'screen text',
    entry: childPath('reader'),
    silenceMs: SILENCE_MS,
    idleMs: options.idleMs ?? IDLE_MS,
    onTrouble: options.onTrouble,
    toError: ({ message, detail }) =>
      detail === NOT_LOADED
        ? new ModelUnavailableError(
            `Cannot read text on screen: ${message}.`,
            'Reinstall the packages of Goldfish with `npm ci`.',
          )
        : undefined,
  });
  return {
    name: `tesseract.js ${findEngineVersion()}`,
    async read(picture, languages, signal) {
      signal.throwIfAborted();
      const data = await Promise.all(languages.map(findLanguageData));
      try {
        return await child.call('read', { picture, languages: data }, { signal });
      } catch (error) {
        if (!(error instanceof ChildError) || error.kind !== 'start') throw error;
        throw new ModelUnavailableError(error.message, 'Run `goldfish doctor` to see what is missing.', {
          cause: error,
        });
      }
    },
    close: () => child.close(),
  };
}
