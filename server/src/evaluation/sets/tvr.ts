import { z } from 'zod';
import { type Problems, parseTimeSpan, readEntries, textOrNumber, uniqueIds } from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetVideo } from './set-adapter.ts';
import { readTvqaCues, TVQA_FPS, toFramePart } from './tvqa-format.ts';

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
    {
      role: 'subtitles',
      patterns: ['tvqa_preprocessed_subtitles.json', 'tvqa_preprocessed_subtitles.jsonl'],
      folder: 'subtitles',
      required: false,
    },
  ],
  parse(files) {
    const problems: Problems = [];
    const cues = readTvqaCues(files.get('subtitles'), problems);
    const items = readEntries(files.get('queries'), tvrQuery, problems).flatMap(
      ({ value, at }): readonly ParsedItem[] => {
        const span = typeof value.ts === 'string' ? parseTimeSpan(value.ts) : value.ts;
        if (span === undefined) {
          problems.push(`Query ${at}: ${String(value.ts)} is no range of times.`);
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
    const videos = uniqueIds(items.map(({ video }) => video)).map(
      (id): SetVideo => ({
        id,
        sources: [
          { kind: 'frames', fps: TVQA_FPS, parts: [toFramePart(id, cues)] },
          { kind: 'file', stems: [id] },
        ],
        subtitleStems: [id],
        cues: cues.get(id) ?? [],
      }),
    );
    return { items, videos, problems };
  },
};
