import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideExport = provide('goldfish/export', (params, _call, { library }) =>
  library.export(params),
);

export const provideExportClips = provide('goldfish/export/clips', (params, call, { library }) =>
  withWorkDone(call, params.workDoneToken, 'Writing clips', (report) =>
    library.exportClips(
      params,
      (progress) => {
        call.progress(params.partialResultToken, progress);
        const { doneMs, totalMs, path } = progress;
        report(Math.floor((100 * doneMs) / Math.max(1, totalMs)), path);
      },
      call.signal,
    ),
  ),
);
