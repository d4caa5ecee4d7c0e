import { editorAnswererOf } from './editor-answerer-setting.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideSubtitles = provide(
  'goldfish/subtitles',
  async ({ workDoneToken, partialResultToken, ...params }, call, { library, settings }) => {
    if (params.translate === undefined) return library.subtitles(params, () => undefined, call.signal);
    return withWorkDone(call, workDoneToken, 'Translating', (report) =>
      library.subtitles(
        { ...params, answerer: editorAnswererOf(call, settings).editorAnswerer },
        (progress) => {
          const { done, total } = progress;
          call.progress(partialResultToken, progress);
          report(Math.floor((100 * done) / Math.max(1, total)), `${done} of ${total} lines`);
        },
        call.signal,
      ),
    );
  },
);
