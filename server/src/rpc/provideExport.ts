import { z } from 'zod';
import { uri } from './params.ts';
import { provide } from './provider.ts';

const time = z.int().min(0);

export const provideExport = provide(
  'goldfish/export',
  z.object({
    moments: z
      .array(z.object({ uri, startMs: time, endMs: time.optional() }))
      .min(1)
      .max(1000),
    format: z.enum(['markdown', 'srt', 'vtt', 'chapters', 'ffmetadata', 'm3u', 'edl', 'otio', 'fcpxml']),
    title: z.string().max(1000).optional(),
  }),
  (params, _call, { library }) => library.export(params),
);
