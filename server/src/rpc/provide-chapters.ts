import { provide } from './provider.ts';

export const provideChapters = provide('goldfish/chapters', (params, _call, { library }) =>
  library.chapters(params),
);
