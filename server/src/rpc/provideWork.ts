import { z } from 'zod';
import type { IndexProgress } from '../../protocol/work.ts';
import { STAGES, type Stage } from '../core/recipe.ts';
import { none, tokens, uri } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

export const provideIndex = provide(
  'goldfish/index',
  z.object({ uris: z.array(uri).min(1).max(100_000), keep: z.boolean().optional(), ...tokens }),
  (params, call, { library }) =>
    withWorkDone(call, params.workDoneToken, 'Indexing', (report) =>
      library.index(
        params.uris,
        params.keep ?? false,
        (progress) => {
          call.progress(params.partialResultToken, progress);
          report(percentOf(progress), lineOf(progress));
        },
        call.signal,
      ),
    ),
);

export const provideForget = provide('goldfish/forget', z.object({ uri }), (params, _call, { library }) =>
  library.forget(params.uri),
);

const stage: z.ZodType<Stage> = z.enum(STAGES);

export const provideReindex = provide(
  'goldfish/reindex',
  z.object({ uri: uri.optional(), stage: stage.optional() }),
  (params, _call, { library }) => library.reindex(params.uri, stage.optional().parse(params.stage)),
);

export const providePause = provide('goldfish/pause', none, (_params, _call, { library }) => library.pause());

export const provideResume = provide('goldfish/resume', none, (_params, _call, { library }) =>
  library.resume(),
);

function percentOf({ videos, done, failed }: IndexProgress): number | undefined {
  return videos === 0 ? undefined : Math.floor((100 * (done + failed)) / videos);
}

function lineOf({ videos, done, failed, path }: IndexProgress): string {
  return `${done + failed} of ${videos}${path === undefined ? '' : `: ${path}`}`;
}
