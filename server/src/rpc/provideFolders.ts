import { z } from 'zod';
import { globs, none, uri } from './params.ts';
import { provide } from './provider.ts';

export const provideFoldersList = provide('goldfish/folders/list', none, (_params, _call, { library }) =>
  library.folders(),
);

export const provideFoldersAdd = provide(
  'goldfish/folders/add',
  z.object({ uri, include: globs.optional(), exclude: globs.optional(), poll: z.boolean().optional() }),
  (params, _call, { library }) => library.addFolder(params),
);

export const provideFoldersRemove = provide(
  'goldfish/folders/remove',
  z.object({ uri }),
  (params, _call, { library }) => library.removeFolder(params.uri),
);
