import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from './watched.ts';

const VIDEOS = ['cat_1_4', 'dog.walk_2_6', 'vid3'] as const;
const THINGS = [
  'mouse',
  'ball',
  'garden',
  'river',
  'ladder',
  'basket',
  'window',
  'bridge',
  'candle',
  'hammer',
];

/** What is said in each video: the answers to its questions. */
const saidIn = (video: number) => `The ${THINGS.slice(video * 3, video * 3 + 3).join(', the ')} are here.`;

/** Writes a set in MSVD-QA's own format: 3 videos with subtitles beside them, `perVideo` questions each. */
export async function writeQuestionSet(folder: string, perVideo: number): Promise<void> {
  mkdirSync(join(folder, 'videos'), { recursive: true });
  mkdirSync(join(folder, 'subtitles'), { recursive: true });
  for (const [i, name] of VIDEOS.entries()) {
    await render(join(folder, 'videos', `${name}.mp4`), 40 + i * 60);
    const cue = `WEBVTT\n\n00:00:00.500 --> 00:00:03.000\n${saidIn(i)}\n`;
    writeFileSync(join(folder, 'subtitles', `${name}.vtt`), cue);
  }
  const questions = VIDEOS.flatMap((video_id, i) =>
    Array.from({ length: perVideo }, (_, n) => ({
      question: `what is thing ${n} beside the ${THINGS[i * 3] ?? ''}?`,
      answer: THINGS[i * 3 + (n % 3)],
      video_id,
    })),
  );
  writeFileSync(join(folder, 'test_qa.json'), JSON.stringify(questions));
}
