import { z } from 'zod';
import { tokens, uri } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

const time = z.int().min(0);
const moments = z
  .array(z.object({ uri, startMs: time, endMs: time.optional() }))
  .min(1)
  .max(1000);

export const provideExport = provide(
  'goldfish/export',
  z.object({
    moments,
    format: z.enum(['markdown', 'srt', 'vtt', 'chapters', 'ffmetadata', 'm3u', 'edl', 'otio', 'fcpxml']),
    title: z.string().max(1000).optional(),
    file: uri.optional(),
    force: z.boolean().optional(),
  }),
  (params, _call, { library }) => library.export(params),
);

export const provideExportClips = provide(
  'goldfish/export/clips',
  z.object({
    moments,
    folder: uri.optional(),
    file: uri.optional(),
    how: z.enum(['exact', 'copy']).optional(),
    force: z.boolean().optional(),
    ...tokens,
  }),
  (params, call, { library }) =>
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
