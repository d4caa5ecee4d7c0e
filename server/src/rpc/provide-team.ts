import { provide } from './provider.ts';

export const provideUsersList = provide('goldfish/users/list', async (_params, _call, { team }) =>
  (await team()).list(),
);

export const provideUsersAdd = provide('goldfish/users/add', async (params, _call, { team }) =>
  (await team()).add(params),
);

export const provideUsersRemove = provide('goldfish/users/remove', async ({ name }, _call, { team }) =>
  (await team()).remove(name),
);

export const provideServe = provide('goldfish/serve', async (params, { session }, { team }) =>
  (await team()).serve(params, session),
);
