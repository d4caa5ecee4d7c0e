import type { IndexProgress } from '../../protocol/work.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideIndex = provide('goldfish/index', (params, call, { library }) =>
  withWorkDone(call, params.workDoneToken, 'Indexing', (report) =>
    library.index(
      params.uris,
      params.keep ?? false,
      (progress) => {
        call.progress(params.partialResultToken, progress);
        report(toPercent(progress), toProgressText(progress));
      },
      call.signal,
    ),
  ),
);

export const provideForget = provide('goldfish/forget', (params, _call, { library }) =>
  library.forget(params.uri),
);

export const provideReindex = provide('goldfish/reindex', (params, _call, { library }) =>
  library.reindex(params.uri, params.stage),
);

export const providePause = provide('goldfish/pause', (_params, _call, { library }) => library.pause());

export const provideResume = provide('goldfish/resume', (_params, _call, { library }) => library.resume());

function toPercent({ videos, done }: IndexProgress): number | undefined {
  return videos === 0 ? undefined : Math.floor((100 * done) / videos);
}

function toProgressText({ videos, done, path }: IndexProgress): string {
  return `${done} of ${videos}${path === undefined ? '' : `: ${path}`}`;
}
