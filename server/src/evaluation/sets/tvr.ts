import { z } from 'zod';
import { type Problems, parseTimeSpan, readEntries, textOrNumber, uniqueIds } from './read-entries.ts';
import type { ParsedItem, SetAdapter } from './set-adapter.ts';
import { readTvqaCues, TVQA_SUBTITLES, toTvqaVideo } from './tvqa-format.ts';

const tvrQuery = z.object({
  desc_id: textOrNumber.optional(),
  desc: z.string().min(1),
  vid_name: z.string(),
  ts: z.union([z.string(), z.tuple([z.number(), z.number()])]),
  type: z.string().optional(),
});

const QUERY_TYPES: Readonly<Record<string, string>> = { v: 'pictures', t: 'speech', vt: 'both' };

/** The reference's retrieval test, in its honest form: a description, its clip and its place in it. */
export const tvr: SetAdapter = {
  id: 'tvr',
  title: 'TVR (retrieval accuracy)',
  task: 'moment',
  size: '10,895 queries (validation)',
  licence: 'Frames only after a signed form; no redistribution',
  source: 'https://github.com/jayleicn/TVRetrieval',
  files: [
    {
      role: 'queries',
      patterns: ['tvr_val_release.jsonl', 'tvr_*.jsonl', 'tvr*.json'],
      folder: 'annotations',
      required: true,
    },
    TVQA_SUBTITLES,
  ],
  parse(files) {
    const problems: Problems = [];
    const cues = readTvqaCues(files.get('subtitles'), problems);
    const items = readEntries(files.get('queries'), tvrQuery, problems).flatMap(
      ({ value, at }): readonly ParsedItem[] => {
        const span = typeof value.ts === 'string' ? parseTimeSpan(value.ts) : value.ts;
        if (span === undefined) {
          problems.push(`Query ${at}: ${String(value.ts)} is not a time range.`);
          return [];
        }
        const type = QUERY_TYPES[value.type ?? ''];
        return [
          {
            id: `tvr:${value.desc_id ?? at}`,
            video: value.vid_name,
            task: 'moment',
            question: value.desc,
            gold: { spans: [span] },
            labels: type === undefined ? {} : { type },
            part: value.vid_name,
          },
        ];
      },
    );
    const videos = uniqueIds(items.map(({ video }) => video)).map((id) => toTvqaVideo(id, cues));
    return { items, videos, problems };
  },
};
