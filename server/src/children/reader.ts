// Entry of the screen text process.
import type { ReaderCalls } from '../adapters/tesseract/calls.ts';
import { createEngine } from '../adapters/tesseract/engine.ts';
import { serve } from '../base/serve.ts';

const engine = createEngine();

serve<ReaderCalls>({
  read: ({ picture, languages }, { signal }) => engine.read(picture, languages, signal),
});
