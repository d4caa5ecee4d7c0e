import { type Problems, readEntries } from './read-entries.ts';
import type { SetAdapter, SetVideo } from './set-adapter.ts';
import { readTvqaCues, TVQA_FPS, toFramePart, toTvqaItem, tvqaQuestion } from './tvqa-format.ts';

/** TVQA with short clips: each clip is a video. */
export const tvqa: SetAdapter = {
  id: 'tvqa',
  title: 'TVQA',
  task: 'choice',
  size: '15,253 questions (validation); the labels of test are not public',
  licence: 'Frames only after a signed form; no redistribution',
  source: 'https://tvqa.cs.unc.edu',
  files: [
    {
      role: 'questions',
      patterns: ['tvqa_val.jsonl', 'tvqa_val.json', 'tvqa_*val*.json*'],
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
  paper: { table: 'short', column: 'TVQA' },
  parse(files) {
    const problems: Problems = [];
    const cues = readTvqaCues(files.get('subtitles'), problems);
    const entries = readEntries(files.get('questions'), tvqaQuestion, problems);
    const items = entries.map(({ value }) =>
      toTvqaItem('tvqa', value.vid_name, value, value.show_name ? { show: value.show_name } : {}),
    );
    const videos = [...new Set(items.map(({ video }) => video))].map(
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
