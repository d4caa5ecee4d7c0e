import { z } from 'zod';
import type { AskDelta } from '../../protocol/ask.ts';
import { count, scope, tokens, words } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideAsk = provide(
  'goldfish/ask',
  z.object({ question: words, k: count.optional(), scope: scope.optional(), ...tokens }),
  (params, call, { library }) =>
    withWorkDone(call, params.workDoneToken, 'Answering', () =>
      library.ask(
        params.question,
        params.k,
        params.scope,
        (delta) => call.progress(params.partialResultToken, { delta } satisfies AskDelta),
        call.signal,
      ),
    ),
);
