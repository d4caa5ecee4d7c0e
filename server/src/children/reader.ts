// Entry of the screen text process.
import { createOcrEngine, OcrEngineError } from '../adapters/tesseract/engine.ts';
import { serveChildCalls } from '../base/child-server.ts';
import { NOT_LOADED, type ReaderCalls } from './reader-messages.ts';

const engine = createOcrEngine();

serveChildCalls<ReaderCalls>(
  { read: ({ picture, languages }, { signal }) => engine.read(picture, languages, signal) },
  (error) => {
    if (!(error instanceof OcrEngineError)) return undefined;
    // A failed engine leaves half-initialised state behind, so this process ends after its answer.
    setImmediate(() => process.disconnect());
    return NOT_LOADED;
  },
);
