import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../ports/decoder.ts';
import type { EvaluationTools } from '../evaluation-tools.ts';
import { lvBench } from '../sets/lv-bench.ts';
import { qvHighlights } from '../sets/moment-sets.ts';
import { msvdQa } from '../sets/short-qa.ts';
import { TVQA_FPS } from '../sets/tvqa-format.ts';
import { drawScene, type Scene, scenes } from './scene.ts';
import { type SelftestWorld, SIDE_PX } from './selftest-world.ts';
import {
  askAbout,
  FRAMES_PER_SCENE,
  isPlanted,
  SCENE_SECONDS,
  type WorldQuestion,
} from './tvqa-long-world.ts';

const VIDEOS = 4;
const SCENES_PER_VIDEO = 4;
/** Options of a question in LVBench. */
const LVBENCH_OPTIONS = 4;

interface FileVideo {
  readonly name: string;
  readonly scenes: readonly Scene[];
}

/** A question about one scene of a video. `planted`: its gold answer must be wrong. */
interface FileQuestion extends WorldQuestion {
  readonly number: number;
  readonly video: FileVideo;
  readonly planted: boolean;
}

const VIDEOS_WITH_SCENES: readonly FileVideo[] = Array.from({ length: VIDEOS }, (_, i) => ({
  name: `vid${i + 1}`,
  scenes: scenes(VIDEOS * SCENES_PER_VIDEO).slice(i * SCENES_PER_VIDEO, (i + 1) * SCENES_PER_VIDEO),
}));

const QUESTIONS: readonly FileQuestion[] = VIDEOS_WITH_SCENES.flatMap((video) =>
  askAbout(video.scenes).map((question) => ({ ...question, video })),
).map((question, i) => ({ ...question, number: i + 1, planted: isPlanted(i + 1) }));

async function* drawVideo({ scenes: list }: FileVideo): AsyncGenerator<Picture> {
  for (const [i, scene] of list.entries())
    for (let frame = 0; frame < FRAMES_PER_SCENE; frame += 1) {
      const data = new Uint8Array(SIDE_PX * SIDE_PX * 3);
      const timeMs = ((i * FRAMES_PER_SCENE + frame) * 1000) / TVQA_FPS;
      const picture = { timeMs, width: SIDE_PX, height: SIDE_PX, data };
      drawScene(scene, picture, frame / FRAMES_PER_SCENE);
      yield picture;
    }
}

/** Writes the videos as files, and the questions as text beside them. */
function writeFiles(name: string, text: string): SelftestWorld['write'] {
  return async (folder: string, tools: EvaluationTools) => {
    mkdirSync(join(folder, 'videos'), { recursive: true });
    writeFileSync(join(folder, name), text);
    for (const [i, video] of VIDEOS_WITH_SCENES.entries()) {
      tools.onProgress(`rendering video ${i + 1} of ${VIDEOS}`);
      const path = join(folder, 'videos', `${video.name}.mp4`);
      await tools.writePictureSequence({ pictures: drawVideo(video), fps: TVQA_FPS, path }, tools.signal);
    }
  };
}

const toLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Returns the seconds of a scene; of the next one if the gold answer must be wrong. */
function spanOf({ scene, planted }: FileQuestion, shiftsPlanted = false): readonly [number, number] {
  const at = shiftsPlanted && planted ? (scene + 1) % SCENES_PER_VIDEO : scene;
  return [at * SCENE_SECONDS, (at + 1) * SCENE_SECONDS];
}

const wrongAnswer = ({ options, answer }: WorldQuestion) => options.find((option) => option !== answer);

function toMsvdLines(): string {
  const lines = QUESTIONS.map((question) => ({
    question: question.q,
    answer: question.planted ? wrongAnswer(question) : question.answer,
    video_id: question.video.name,
  }));
  return JSON.stringify(lines);
}

function toLvBenchLines(): string {
  const clock = (seconds: number) => `00:${String(seconds).padStart(2, '0')}`;
  const toEntry = (question: FileQuestion) => {
    const { q, options, answer, number, planted } = question;
    const others = options.filter((option) => option !== answer).slice(0, LVBENCH_OPTIONS - 1);
    const right = number % LVBENCH_OPTIONS;
    const shown = [...others.slice(0, right), answer, ...others.slice(right)];
    const named = planted ? (right + 1) % LVBENCH_OPTIONS : right;
    const letter = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);
    return {
      uid: String(number),
      question: [q, ...shown.map((option, i) => `(${letter(i)}) ${option}`)].join('\n'),
      answer: letter(named),
      question_type: ['entity recognition'],
      time_reference: spanOf(question).map(clock).join('-'),
    };
  };
  const videos = VIDEOS_WITH_SCENES.map((video) => ({
    key: video.name,
    type: 'cartoon',
    qa: QUESTIONS.filter((question) => question.video === video).map(toEntry),
  }));
  return toLines(videos);
}

function toQvHighlightsLines(): string {
  const queries = QUESTIONS.map((question) => {
    const { video, number, scene } = question;
    const { colour, shape } = video.scenes[scene] ?? { colour: '', shape: '' };
    return {
      qid: number,
      query: `a ${colour} ${shape}`,
      duration: SCENES_PER_VIDEO * SCENE_SECONDS,
      vid: video.name,
      relevant_windows: [spanOf(question, true)],
    };
  });
  return toLines(queries);
}

const counts = {
  questions: QUESTIONS.length,
  rightAnswers: QUESTIONS.filter(({ planted }) => !planted).length,
};

/** Sets of video files with their questions in one text file. */
export const FILE_SET_WORLDS: readonly SelftestWorld[] = [
  { adapter: msvdQa, ...counts, write: writeFiles('test_qa.json', toMsvdLines()) },
  { adapter: lvBench, ...counts, write: writeFiles('video_info.meta.jsonl', toLvBenchLines()) },
  {
    adapter: qvHighlights,
    ...counts,
    write: writeFiles('highlight_val_release.jsonl', toQvHighlightsLines()),
  },
];
