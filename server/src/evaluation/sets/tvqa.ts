import { type Problems, readEntries, uniqueIds } from './read-entries.ts';
import type { SetAdapter } from './set-adapter.ts';
import { readTvqaCues, TVQA_SUBTITLES, toTvqaItem, toTvqaVideo, tvqaQuestion } from './tvqa-format.ts';

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
    TVQA_SUBTITLES,
  ],
  paper: { table: 'short', column: 'TVQA' },
  parse(files) {
    const problems: Problems = [];
    const cues = readTvqaCues(files.get('subtitles'), problems);
    const entries = readEntries(files.get('questions'), tvqaQuestion, problems);
    const items = entries.map(({ value }) =>
      toTvqaItem('tvqa', value.vid_name, value, value.show_name ? { show: value.show_name } : {}),
    );
    const videos = uniqueIds(items.map(({ video }) => video)).map((id) => toTvqaVideo(id, cues));
    return { items, videos, problems };
  },
};
