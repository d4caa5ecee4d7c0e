import { provide } from './provider.ts';

export const provideRecordStart = provide('goldfish/record/start', (params, call, { recordings }) =>
  recordings.start(params, call.signal),
);

export const provideRecordList = provide('goldfish/record/list', async (_params, _call, { recordings }) =>
  recordings.list(),
);

export const provideRecordStop = provide('goldfish/record/stop', ({ id }, _call, { recordings }) =>
  recordings.stop(id),
);
