import { z } from 'zod';
import type { SpanSeconds } from '../item.ts';
import { type Problems, parseTimeSpan, readEntries } from './read-entries.ts';
import type { FramePart, ParsedItem, SetCue, SetFile, SetVideo } from './set-adapter.ts';

/** Frames per second of TVQA's frames. */
export const TVQA_FPS = 3;

/** A question object of TVQA. Answer keys are missing in its test split. */
export const tvqaQuestion = z.object({
  vid_name: z.string(),
  show_name: z.string().optional(),
  q: z.string(),
  a0: z.string(),
  a1: z.string(),
  a2: z.string(),
  a3: z.string(),
  a4: z.string(),
  answer_idx: z.coerce.number().int().min(0).max(4).optional(),
  ts: z.union([z.string(), z.tuple([z.number(), z.number()])]).optional(),
  qid: z.union([z.string(), z.number()]).transform(String),
});
export type TvqaQuestion = z.output<typeof tvqaQuestion>;

const tvqaSubtitles = z.object({
  vid_name: z.string(),
  sub: z.array(z.object({ start: z.coerce.number(), end: z.coerce.number(), text: z.string() })),
});

/** Folders of frames by the prefix of a clip's name. Clips without a prefix belong to The Big Bang Theory. */
const FRAME_FOLDERS = { grey: 'grey', met: 'met', friends: 'friends', house: 'house', castle: 'castle' };

/** Returns where the frames of a clip may lie: `friends_s01e01_seg02_clip_03` -> `friends_frames/...`. */
function findFrameFolders(clip: string): readonly string[] {
  const [prefix = ''] = clip.split('_');
  const show = Object.hasOwn(FRAME_FOLDERS, prefix) ? prefix : 'bbt';
  return [`${show}_frames/${clip}`, `frames_hq/${show}_frames/${clip}`, clip];
}

/** Reads `tvqa_preprocessed_subtitles.json`, as an array or as JSON lines: lines by clip. */
export function readTvqaCues(
  files: readonly SetFile[] | undefined,
  problems: Problems,
): ReadonlyMap<string, readonly SetCue[]> {
  return new Map(
    readEntries(files, tvqaSubtitles, problems).map(({ value }) => [value.vid_name, value.sub] as const),
  );
}

export function toFramePart(clip: string, cues: ReadonlyMap<string, readonly SetCue[]>): FramePart {
  return { name: clip, folders: findFrameFolders(clip), cues: cues.get(clip) ?? [] };
}

function toSpans(ts: TvqaQuestion['ts']): readonly SpanSeconds[] | undefined {
  if (ts === undefined) return undefined;
  const span = typeof ts === 'string' ? parseTimeSpan(ts) : ts;
  return span === undefined || Number.isNaN(span[0]) ? undefined : [span];
}

/** Converts a question of TVQA. `part` is set if the video consists of several clips. */
export function toTvqaItem(
  setId: string,
  video: string,
  value: TvqaQuestion,
  labels: ParsedItem['labels'],
): ParsedItem {
  const options = [value.a0, value.a1, value.a2, value.a3, value.a4];
  const index = value.answer_idx;
  return {
    id: `${setId}:${value.qid}`,
    video,
    task: 'choice',
    question: value.q,
    options,
    gold: {
      ...(index === undefined ? {} : { index, text: options[index] }),
      spans: toSpans(value.ts),
    },
    labels,
    part: value.vid_name,
  };
}

/** The file of all subtitles, which the sets of TVQA share. */
export const TVQA_SUBTITLES = {
  role: 'subtitles',
  patterns: ['tvqa_preprocessed_subtitles.json', 'tvqa_preprocessed_subtitles.jsonl'],
  folder: 'subtitles',
  required: false,
} as const;

/** Returns a clip as a video: its frames, or a file of that name, with its subtitles. */
export function toTvqaVideo(id: string, cues: ReadonlyMap<string, readonly SetCue[]>): SetVideo {
  return {
    id,
    sources: [
      { kind: 'frames', fps: TVQA_FPS, parts: [toFramePart(id, cues)] },
      { kind: 'file', stems: [id] },
    ],
    subtitleStems: [id],
    cues: cues.get(id) ?? [],
  };
}
