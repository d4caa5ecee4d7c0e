import type { AskDelta } from '../../protocol/ask.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideAsk = provide(
  'goldfish/ask',
  ({ workDoneToken, partialResultToken, ...request }, call, { library, settings }) =>
    withWorkDone(call, workDoneToken, 'Answering', async () => {
      const answererSetting = settings.get('models.answerer').settings['models.answerer'];
      const usesEditor =
        typeof answererSetting === 'string' && parseModelSetting(answererSetting)?.kind === 'editor';
      const answerer = usesEditor ? call.editorAnswerer : undefined;
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
