import { z } from 'zod';
import type { AskDelta } from '../../protocol/ask.ts';
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
  ({ workDoneToken, partialResultToken, ...request }, call, { library }) =>
    withWorkDone(call, workDoneToken, 'Answering', () =>
      library.ask(
        request,
        (delta) => call.progress(partialResultToken, { delta } satisfies AskDelta),
        call.signal,
      ),
    ),
);
