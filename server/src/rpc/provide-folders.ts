import { provide } from './provider.ts';

export const provideFoldersList = provide('goldfish/folders/list', (_params, _call, { library }) =>
  library.folders(),
);

export const provideFoldersAdd = provide('goldfish/folders/add', (params, _call, { library }) =>
  library.addFolder(params),
);

export const provideFoldersRemove = provide('goldfish/folders/remove', (params, _call, { library }) =>
  library.removeFolder(params.uri),
);

export const provideFoldersBrowse = provide('goldfish/folders/browse', (params, call, { library }) =>
  library.browseFolders(params, call.signal),
);
