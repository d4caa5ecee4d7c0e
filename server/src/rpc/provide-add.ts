import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

const PERCENT = 100;

export const provideAdd = provide('goldfish/add', (params, call, { downloads }) =>
  withWorkDone(call, params.workDoneToken, 'Downloading', (report) =>
    downloads.add(
      params,
      (progress) => {
        const { bytes, totalBytes, title } = progress;
        call.progress(params.partialResultToken, progress);
        report(totalBytes === undefined ? undefined : Math.floor((PERCENT * bytes) / totalBytes), title);
      },
      call.signal,
    ),
  ),
);
