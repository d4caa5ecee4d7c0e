import { z } from 'zod';
import { count, scope, tokens, uri, words } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideSearch = provide(
  'goldfish/search',
  z.object({
    query: words,
    image: z.object({ data: z.string().max(12 * 1024 * 1024) }).optional(),
    like: z.object({ clipId: z.string().max(1024), uri: uri.optional() }).optional(),
    k: count.optional(),
    scope: scope.optional(),
    workDoneToken: tokens.workDoneToken,
  }),
  ({ workDoneToken, ...request }, call, { library }) =>
    withWorkDone(call, workDoneToken, 'Searching', () => library.search(request, call.signal)),
);
