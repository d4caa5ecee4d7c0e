import { editorAnswererOf } from './editor-answerer-setting.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideDigest = provide(
  'goldfish/digest',
  ({ workDoneToken, partialResultToken, ...params }, call, { library, settings }) =>
    withWorkDone(call, workDoneToken, 'Summarising', (report) =>
      library.digest(
        { ...params, answerer: editorAnswererOf(call, settings).editorAnswerer },
        (progress) => {
          call.progress(partialResultToken, progress);
          report(Math.floor((100 * progress.done) / Math.max(1, progress.total)), progress.path);
        },
        call.signal,
      ),
    ),
);
