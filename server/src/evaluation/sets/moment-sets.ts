import { z } from 'zod';
import type { SpanSeconds } from '../item.ts';
import { type Problems, readEntries, readMembers, textOrNumber } from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetFile } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

const seconds = z.coerce.number();
const secondsSpan = z.tuple([seconds, seconds]);

function toMomentItem(
  setId: string,
  id: string,
  video: string,
  question: string,
  spans: readonly SpanSeconds[],
  labels: ParsedItem['labels'] = {},
): ParsedItem {
  return { id: `${setId}:${id}`, video, task: 'moment', question, gold: { spans }, labels };
}

const qvQuery = z.object({
  qid: textOrNumber,
  query: z.string(),
  duration: seconds.optional(),
  vid: z.string(),
  relevant_windows: z.array(secondsSpan).optional(),
  relevant_clip_ids: z.array(z.number()).optional(),
  saliency_scores: z.array(z.array(z.number())).optional(),
});

export const qvHighlights: SetAdapter = {
  id: 'qvhighlights',
  title: 'QVHighlights',
  task: 'moment',
  size: '1,550 queries (validation), 1,542 (test)',
  licence: 'CC BY-NC-SA 4.0',
  source: 'https://github.com/jayleicn/moment_detr',
  files: [
    {
      role: 'queries',
      patterns: ['highlight_val_release.jsonl', 'highlight_*_release.jsonl', 'qvhighlights*.jsonl'],
      folder: 'annotations',
      required: true,
    },
  ],
  parse(files) {
    const problems: Problems = [];
    const items = readEntries(files.get('queries'), qvQuery, problems).map(({ value }): ParsedItem => {
      const { relevant_clip_ids: clips = [], saliency_scores: scores = [] } = value;
      const item = toMomentItem(
        'qvhighlights',
        value.qid,
        value.vid,
        value.query,
        value.relevant_windows ?? [],
      );
      const saliency = clips.map((clip, i) => ({ clip, scores: scores[i] ?? [] }));
      return saliency.length === 0 ? item : { ...item, gold: { ...item.gold, saliency } };
    });
    return { items, videos: toFileVideos(items), problems };
  },
};

/** `AO8RW 0.0 6.9##a person is putting a book on a shelf.` */
const CHARADES_LINE = /^(\S+)\s+([\d.]+)\s+([\d.]+)##(.+)$/;

function readCharades(files: readonly SetFile[] | undefined, problems: Problems): readonly ParsedItem[] {
  const items: ParsedItem[] = [];
  for (const { name, text } of files ?? [])
    for (const [i, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const match = CHARADES_LINE.exec(line.trim());
      if (!match) problems.push(`${name}, line ${i + 1} is not "VIDEO START END##sentence".`);
      else {
        const [, video = '', start, end, sentence = ''] = match;
        const span: SpanSeconds = [Number(start), Number(end)];
        items.push(toMomentItem('charades-sta', String(items.length), video, sentence.trim(), [span]));
      }
    }
  return items;
}

export const charadesSta: SetAdapter = {
  id: 'charades-sta',
  title: 'Charades-STA',
  task: 'moment',
  size: '3,720 queries (test)',
  licence: 'Non-commercial (Charades)',
  source: 'https://github.com/jiyanggao/TALL',
  files: [
    {
      role: 'queries',
      patterns: ['charades_sta_test.txt', 'charades_sta*.txt'],
      folder: 'annotations',
      required: true,
    },
  ],
  parse(files) {
    const problems: Problems = [];
    const items = readCharades(files.get('queries'), problems);
    return { items, videos: toFileVideos(items), problems };
  },
};

const captionedVideo = z.object({
  duration: seconds.optional(),
  timestamps: z.array(secondsSpan),
  sentences: z.array(z.string()),
});

export const activityNetCaptions: SetAdapter = {
  id: 'activitynet-captions',
  title: 'ActivityNet Captions',
  task: 'moment',
  size: '17,031 queries (val_2)',
  licence: 'Non-commercial; videos are of YouTube',
  source: 'https://cs.stanford.edu/people/ranjaykrishna/densevid',
  files: [
    {
      role: 'queries',
      patterns: ['val_2.json', 'val_1.json', 'activitynet_captions*.json'],
      folder: 'annotations',
      required: true,
    },
  ],
  parse(files) {
    const problems: Problems = [];
    const items = readMembers(files.get('queries'), captionedVideo, problems).flatMap(
      ([video, { timestamps, sentences }]) =>
        sentences.flatMap((sentence, i) => {
          const span = timestamps[i];
          return span === undefined
            ? []
            : [toMomentItem('activitynet-captions', `${video}:${i}`, video, sentence.trim(), [span])];
        }),
    );
    const toStems = (id: string) => (id.startsWith('v_') ? [id, id.slice(2)] : [`v_${id}`, id]);
    return { items, videos: toFileVideos(items, toStems), problems };
  },
};

const extremeWhenQuery = z.object({
  qid: textOrNumber,
  video_id: z.string(),
  source_corpus: z.string().optional(),
  question: z.string(),
  correct_interval: secondsSpan,
  video_duration_s: seconds.optional(),
  category: z.string().optional(),
});

export const extremeWhenBench: SetAdapter = {
  id: 'extreme-when',
  title: 'ExtremeWhenBench',
  task: 'moment',
  size: '2,273 queries on 194 videos',
  licence: 'That of LVBench, MLVU and Video-MME, whose videos it uses',
  source: 'https://huggingface.co/datasets/min1321/extreme-when-bench',
  files: [
    {
      role: 'queries',
      patterns: ['extreme*when*.json*', 'annotations.json*'],
      folder: 'annotations',
      required: true,
    },
  ],
  parse(files) {
    const problems: Problems = [];
    const items = readEntries(files.get('queries'), extremeWhenQuery, problems).map(({ value }) => {
      const { qid, video_id, question, correct_interval, category, source_corpus } = value;
      const labels = {
        ...(category ? { category } : {}),
        ...(source_corpus ? { corpus: source_corpus } : {}),
      };
      return toMomentItem('extreme-when', qid, video_id, question, [correct_interval], labels);
    });
    return { items, videos: toFileVideos(items), problems };
  },
};
