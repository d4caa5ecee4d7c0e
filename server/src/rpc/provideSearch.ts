import { z } from 'zod';
import { count, scope, tokens, words } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideSearch = provide(
  'goldfish/search',
  z.object({
    query: words,
    k: count.optional(),
    scope: scope.optional(),
    workDoneToken: tokens.workDoneToken,
  }),
  ({ workDoneToken, ...request }, call, { library }) =>
    withWorkDone(call, workDoneToken, 'Searching', () => library.search(request, call.signal)),
);
