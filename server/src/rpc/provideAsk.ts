import type { AskDelta } from '../../protocol/ask.ts';
import { parseModelChoice } from '../core/modelChoice.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideAsk = provide(
  'goldfish/ask',
  ({ workDoneToken, partialResultToken, ...request }, call, { library, settings }) =>
    withWorkDone(call, workDoneToken, 'Answering', async () => {
      const set = settings.get('models.answerer').settings['models.answerer'];
      const byEditor = typeof set === 'string' && parseModelChoice(set)?.kind === 'editor';
      const answerer = byEditor ? call.editorAnswerer : undefined;
      const result = await library.ask(
        answerer === undefined ? request : { ...request, answerer },
        (delta) => call.progress(partialResultToken, { delta } satisfies AskDelta),
        call.signal,
      );
      return byEditor && answerer === undefined ? { ...result, note: NO_MODEL } : result;
    }),
);

const NO_MODEL =
  'The answer is in quotes: models.answerer is "editor", and only VS Code brings a language model of its own.';
