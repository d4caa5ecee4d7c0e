import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideSearch = provide('goldfish/search', ({ workDoneToken, ...request }, call, { library }) =>
  withWorkDone(call, workDoneToken, 'Searching', () => library.search(request, call.signal)),
);
