import { z } from 'zod';
import type { AskDelta } from '../../protocol/ask.ts';
import { parseModelChoice } from '../core/modelChoice.ts';
import { count, scope, tokens, words } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

const exchange = z.object({ question: words, answer: z.string().max(100_000) });

export const provideAsk = provide(
  'goldfish/ask',
  z.object({
    question: words,
    k: count.optional(),
    scope: scope.optional(),
    inspect: z.boolean().optional(),
    conversation: z.array(exchange).max(20).optional(),
    ...tokens,
  }),
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
