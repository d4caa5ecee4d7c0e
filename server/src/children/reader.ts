// Entry of the screen text process.
import { createEngine, EngineError } from '../adapters/tesseract/engine.ts';
import { serve } from '../base/serve.ts';
import { NOT_LOADED, type ReaderCalls } from './reader-messages.ts';

const engine = createEngine();

serve<ReaderCalls>(
  { read: ({ picture, languages }, { signal }) => engine.read(picture, languages, signal) },
  (error) => {
    if (!(error instanceof EngineError)) return undefined;
    // Half an engine stays behind: this process ends once it has answered.
    setImmediate(() => process.disconnect());
    return NOT_LOADED;
  },
);
