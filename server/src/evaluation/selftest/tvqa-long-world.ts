import { TVQA_FPS } from '../sets/tvqa-format.ts';
import { SCENE_COLOURS, SCENE_SHAPES, type Scene, scenes } from './scene.ts';

/** Seconds of each scene. */
export const SCENE_SECONDS = 5;
const SCENES_PER_CLIP = 2;
const CLIPS_PER_EPISODE = 2;
const EPISODES = [
  { show: 'Friends', prefix: 'friends', episode: 1 },
  { show: 'Friends', prefix: 'friends', episode: 2 },
  { show: 'How I Met You Mother', prefix: 'met', episode: 1 },
  { show: 'How I Met You Mother', prefix: 'met', episode: 2 },
] as const;
/** Every 6th question has a wrong gold answer, so that an error in counting errors shows. */
const PLANTED_ERROR_EVERY = 6;

/** Returns whether the gold answer of a question is wrong on purpose; questions count from 1. */
export const isPlanted = (number: number): boolean => number % PLANTED_ERROR_EVERY === 0;

/** A clip of the rendered set: pictures to draw and lines to say. */
export interface WorldClip {
  readonly name: string;
  /** Folder of its pictures, relative to the root of the frames. */
  readonly folder: string;
  readonly scenes: readonly Scene[];
}

/** A set in TVQA-Long's own format, with its known result. */
export interface TvqaLongWorld {
  readonly clips: readonly WorldClip[];
  /** Contents of `tvqa_val_edited.json` and `tvqa_preprocessed_subtitles.json`. */
  readonly annotations: object;
  readonly subtitles: readonly object[];
  readonly questions: number;
  /** Questions whose gold answer is right: what a perfect system is credited with. */
  readonly rightAnswers: number;
}

/** A question with one right answer, about the scene of a number in its video. */
export interface WorldQuestion {
  readonly q: string;
  readonly options: readonly string[];
  readonly answer: string;
  readonly scene: number;
}

const OTHER_SHAPES = ['star', 'hexagon'] as const;

/** Returns five colours, the right one among them. */
function colourOptions(answer: string, turn: number): readonly string[] {
  const others = Object.keys(SCENE_COLOURS).filter((colour) => colour !== answer);
  const picked = others.slice(turn % 4, (turn % 4) + 4);
  return [...picked.slice(0, turn % 5), answer, ...picked.slice(turn % 5)];
}

/** Returns the shapes in an order that turns. */
function shapeOptions(turn: number): readonly string[] {
  const all = [...SCENE_SHAPES, ...OTHER_SHAPES];
  return all.map((_, i) => all[(i + turn) % all.length] ?? '');
}

/** Asks about scenes whose colour or shape occurs once in the episode, so that there is one right answer. */
export function askAbout(list: readonly Scene[]): readonly WorldQuestion[] {
  const isOnce = (key: 'colour' | 'shape', scene: Scene) =>
    list.filter((other) => other[key] === scene[key]).length === 1;
  return list.flatMap((scene, i): readonly WorldQuestion[] => [
    ...(isOnce('colour', scene)
      ? [{ q: `What shape is ${scene.colour}?`, options: shapeOptions(i), answer: scene.shape, scene: i }]
      : []),
    ...(isOnce('shape', scene)
      ? [
          {
            q: `What colour is the ${scene.shape}?`,
            options: colourOptions(scene.colour, i),
            answer: scene.colour,
            scene: i,
          },
        ]
      : []),
  ]);
}

/** Builds the world of the self-test. */
export function createTvqaLongWorld(): TvqaLongWorld {
  const perEpisode = CLIPS_PER_EPISODE * SCENES_PER_CLIP;
  const allScenes = scenes(EPISODES.length * perEpisode);
  const clips: WorldClip[] = [];
  const shows: Record<string, Record<string, Record<string, object>>> = {};
  let qid = 0;
  let planted = 0;
  for (const [i, { show, prefix, episode }] of EPISODES.entries()) {
    const list = allScenes.slice(i * perEpisode, (i + 1) * perEpisode);
    const names = Array.from(
      { length: CLIPS_PER_EPISODE },
      (_, clip) => `${prefix}_s01e0${episode}_seg02_clip_0${clip}`,
    );
    for (const [clip, name] of names.entries())
      clips.push({
        name,
        folder: `${prefix}_frames/${name}`,
        scenes: list.slice(clip * SCENES_PER_CLIP, (clip + 1) * SCENES_PER_CLIP),
      });
    const questions = askAbout(list).map(({ q, options, answer, scene }) => {
      qid += 1;
      const right = options.indexOf(answer);
      const isWrong = isPlanted(qid);
      if (isWrong) planted += 1;
      const start = (scene % SCENES_PER_CLIP) * SCENE_SECONDS;
      return {
        qid,
        vid_name: names[Math.floor(scene / SCENES_PER_CLIP)],
        show_name: show,
        q,
        ...Object.fromEntries(options.map((option, index) => [`a${index}`, option])),
        answer_idx: isWrong ? (right + 1) % options.length : right,
        ts: `${start}.0-${start + SCENE_SECONDS}.0`,
      };
    });
    shows[show] = {
      ...shows[show],
      season_1: { ...shows[show]?.season_1, [`episode_${episode}`]: { clips: names, questions } },
    };
  }
  const subtitles = clips.map(({ name }, i) => ({
    vid_name: name,
    sub: [{ start: 1, end: 3, text: `This is part ${i + 1}.` }],
  }));
  return { clips, annotations: shows, subtitles, questions: qid, rightAnswers: qid - planted };
}

/** Number of pictures of a scene. */
export const FRAMES_PER_SCENE = SCENE_SECONDS * TVQA_FPS;
