import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideSearch = provide('goldfish/search', ({ workDoneToken, ...request }, call, { library }) =>
  withWorkDone(call, workDoneToken, 'Searching', () => library.search(request, call.signal)),
);
