import type { AskDelta } from '../../protocol/ask.ts';
import { editorAnswererOf } from './editor-answerer-setting.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideAsk = provide(
  'goldfish/ask',
  ({ workDoneToken, partialResultToken, ...request }, call, { library, settings }) =>
    withWorkDone(call, workDoneToken, 'Answering', async () => {
      const { usesEditor, editorAnswerer: answerer } = editorAnswererOf(call, settings);
      const result = await library.ask(
        answerer === undefined ? request : { ...request, answerer },
        (delta) => call.progress(partialResultToken, { delta } satisfies AskDelta),
        call.signal,
      );
      return usesEditor && answerer === undefined ? { ...result, note: NO_EDITOR_MODEL_NOTICE } : result;
    }),
);

const NO_EDITOR_MODEL_NOTICE =
  'This answer only quotes your videos. The setting models.answerer is "editor", but only VS Code provides a language model.';
