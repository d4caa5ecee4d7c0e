import { z } from 'zod';
import { describeMismatch, type Problems, readMembers } from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetVideo } from './set-adapter.ts';
import {
  readTvqaCues,
  TVQA_FPS,
  TVQA_SUBTITLES,
  toFramePart,
  toTvqaItem,
  tvqaQuestion,
} from './tvqa-format.ts';

const tvqaEpisode = z.object({ clips: z.array(z.string()), questions: z.array(z.unknown()) });
/** Seasons, episodes: `{ "season_01": { "episode_01": ... } }`. */
const tvqaShow = z.record(z.string(), z.record(z.string(), tvqaEpisode));

/** Reads `{show: {season: {episode: {clips, questions}}}}`. The clips of an episode become one video. */
export const tvqaLong: SetAdapter = {
  id: 'tvqa-long',
  title: 'TVQA-Long',
  task: 'choice',
  size: '15,253 questions on about 850 episodes (validation)',
  licence: 'Frames only after a signed form; no redistribution',
  source: 'https://github.com/Vision-CAIR/MiniGPT4-video (questions), https://tvqa.cs.unc.edu (frames)',
  files: [
    {
      role: 'questions',
      patterns: ['tvqa_val_edited.json', 'tvqa_long*.json'],
      folder: 'annotations',
      required: true,
    },
    TVQA_SUBTITLES,
  ],
  paper: { table: 'long', column: 'TVQA-Long' },
  parse(files) {
    const problems: Problems = [];
    const cues = readTvqaCues(files.get('subtitles'), problems);
    const items: ParsedItem[] = [];
    const videos: SetVideo[] = [];
    for (const [show, seasons] of readMembers(files.get('questions'), tvqaShow, problems))
      for (const [season, episodes] of Object.entries(seasons))
        for (const [episode, { clips, questions }] of Object.entries(episodes)) {
          const id = [show, season, episode].join('/');
          const parts = clips.map((clip) => toFramePart(clip, cues));
          videos.push({ id, sources: [{ kind: 'frames', fps: TVQA_FPS, parts }], subtitleStems: [] });
          for (const [i, question] of questions.entries()) {
            const parsed = tvqaQuestion.safeParse(question);
            if (parsed.success) items.push(toTvqaItem('tvqa-long', id, parsed.data, { show }));
            else problems.push(`${id}, question ${i}: ${describeMismatch(parsed.error)}.`);
          }
        }
    return { items, videos, problems };
  },
};
