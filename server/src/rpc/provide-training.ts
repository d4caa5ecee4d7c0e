import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideTrainingExport = provide('goldfish/train/export', (params, call, { library }) =>
  withWorkDone(call, params.workDoneToken, 'Writing a data set', (report) =>
    library.exportTraining(
      params,
      (progress) => {
        call.progress(params.partialResultToken, progress);
        const { done, total, path } = progress;
        report(Math.floor((100 * done) / Math.max(1, total)), path);
      },
      call.signal,
    ),
  ),
);
