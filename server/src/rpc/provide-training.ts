import type { Tokens } from '../../protocol/base.ts';
import type { TrainingExportProgress } from '../../protocol/training.ts';
import { type Call, provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

function withRowProgress<T>(
  call: Call,
  { workDoneToken, partialResultToken }: Tokens,
  work: (onProgress: (progress: TrainingExportProgress) => void) => Promise<T>,
): Promise<T> {
  return withWorkDone(call, workDoneToken, 'Writing a data set', (report) =>
    work((progress) => {
      call.progress(partialResultToken, progress);
      const { done, total, path } = progress;
      report(Math.floor((100 * done) / Math.max(1, total)), path);
    }),
  );
}

export const provideTrainingExport = provide('goldfish/train/export', (params, call, { library }) =>
  withRowProgress(call, params, (onProgress) => library.exportTraining(params, onProgress, call.signal)),
);

export const provideOpened = provide('goldfish/opened', async ({ uri, ms }, _call, { library }) => {
  await library.opened(uri, ms);
  return null;
});

export const provideTrainingSearches = provide('goldfish/train/searches', (params, _call, { library }) =>
  library.exportSearches(params),
);

export const provideTrainingEstimate = provide('goldfish/train/estimate', (params, _call, { library }) =>
  library.estimateTraining(params),
);

export const provideTrainingImport = provide('goldfish/train/import', (params, call, { library }) =>
  withRowProgress(call, params, (onProgress) => library.importTraining(params, onProgress, call.signal)),
);
