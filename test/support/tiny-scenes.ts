import { fileURLToPath } from 'node:url';
import type { LocalCaptionerModel } from '../../server/src/adapters/transformers/captioner.ts';
import type { InferenceHostOptions } from '../../server/src/adapters/transformers/inference-host.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import { type Canvas, makeMedia, type SubtitleSpec } from './make-media.ts';

/** The tiny captioner of models/tiny-captioner and how it is loaded in tests. */
export const TINY: LocalCaptionerModel = {
  id: 'tiny-captioner',
  revision: 'test',
  budget: { frames: 4, framePx: 32, words: 40, tokens: 20 },
  batch: 4,
};
export const TINY_HOST: InferenceHostOptions = {
  folder: fileURLToPath(new URL('../../models/tiny-captioner/model', import.meta.url)),
  devices: ['cpu'],
  threads: 1,
  idleMs: 60_000,
};

const COLOURS = {
  red: [220, 30, 30],
  green: [30, 180, 40],
  blue: [40, 70, 230],
  yellow: [235, 220, 40],
  purple: [150, 40, 200],
  orange: [250, 140, 20],
  white: [245, 245, 245],
  cyan: [40, 220, 230],
} as const;
/** A colour that the tiny captioner does not know; its vocabulary has the word. */
const UNKNOWN_COLOURS = { teal: [20, 125, 120] } as const;
const BACKGROUNDS = { black: [8, 8, 8], gray: [110, 110, 110], brown: [90, 60, 35] } as const;
const SHAPES = ['circle', 'square', 'triangle'] as const;
const MOTIONS = [
  'moves left',
  'moves right',
  'moves up',
  'moves down',
  'stays still',
  'grows',
  'shrinks',
] as const;

export interface Scene {
  readonly colour: keyof typeof COLOURS | keyof typeof UNKNOWN_COLOURS;
  readonly background: keyof typeof BACKGROUNDS;
  readonly shape: (typeof SHAPES)[number];
  readonly motion: (typeof MOTIONS)[number];
  /** Varies place, size, way and shade; the same number gives the same scene. Absent: in the middle, in pure colours. */
  readonly variation?: number;
}

/** The right caption of a scene; `name` is one that its speech says. */
export function captionOf({ colour, shape, motion, background }: Scene, name?: string): string {
  return `a ${colour} ${shape} ${name ? `called ${name} ` : ''}${motion} on a ${background} background.`;
}

const pick = <T>(all: readonly T[], at: number): T => {
  const one = all[at % all.length];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

/** Returns `count` varied scenes in random shapes, motions and backgrounds; `colour` undefined: in all known colours. */
export function variedScenes(
  count: number,
  seed: number,
  colour?: keyof typeof UNKNOWN_COLOURS,
): readonly Scene[] {
  return Array.from({ length: count }, (_, i) => {
    const next = randomNumbers(seed * 10_007 + i);
    const any = <T>(all: readonly T[]): T => pick(all, Math.floor(next() * all.length));
    return {
      colour: colour ?? any(Object.keys(COLOURS) as (keyof typeof COLOURS)[]),
      background: any(Object.keys(BACKGROUNDS) as Scene['background'][]),
      shape: any(SHAPES),
      motion: any(MOTIONS),
      variation: seed * 10_007 + i,
    };
  });
}

/** Returns a generator of numbers 0..1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` scenes that go through all colours, shapes, motions and backgrounds. */
export function scenes(count: number): readonly Scene[] {
  return Array.from({ length: count }, (_, i) => ({
    colour: pick(Object.keys(COLOURS) as Scene['colour'][], i),
    background: pick(Object.keys(BACKGROUNDS) as Scene['background'][], Math.floor(i / 2)),
    shape: pick(SHAPES, Math.floor(i / 3) + i),
    motion: pick(MOTIONS, i * 3),
  }));
}

function mix(from: readonly number[], to: readonly number[], share: number): readonly number[] {
  return from.map((value, i) => value + ((to[i] ?? 0) - value) * share);
}

/** Draws a scene at a share 0..1 of its time, over the whole canvas, edges smoothed. */
export function drawScene(scene: Scene, canvas: Canvas, share: number): void {
  const { width, height, data } = canvas;
  const unit = Math.min(width, height) / 32;
  const { motion, variation } = scene;
  const next = variation === undefined ? () => 0.5 : randomNumbers(variation ^ 0x5bd1e995);
  const vary = (range: number) => (next() - 0.5) * range;
  const way = (share - 0.5) * (18 + vary(5));
  const x = 16 + vary(4) + (motion === 'moves left' ? -way : motion === 'moves right' ? way : 0);
  const y = 16 + vary(4) + (motion === 'moves up' ? -way : motion === 'moves down' ? way : 0);
  const size = (motion === 'grows' ? 3 + 6 * share : motion === 'shrinks' ? 9 - 6 * share : 5.5) + vary(1);
  const ink = { ...COLOURS, ...UNKNOWN_COLOURS }[scene.colour].map((value) => value + vary(16));
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const dx = (column + 0.5 - width / 2) / unit + 16 - x;
      const dy = (row + 0.5 - height / 2) / unit + 16 - y;
      const away =
        scene.shape === 'circle'
          ? Math.hypot(dx, dy) - size
          : scene.shape === 'square'
            ? Math.max(Math.abs(dx), Math.abs(dy)) - size * 0.9
            : Math.max(dy - size * 0.8, Math.abs(dx) * 0.894 - dy * 0.447 - size * 0.45);
      const inside = 1 / (1 + Math.exp(away * 4));
      data.set(mix(BACKGROUNDS[scene.background], ink, inside), (row * width + column) * 3);
    }
  }
}

/** Frames of a scene as a decoder gives them: 32 px, at even times. */
export function framesOf(scene: Scene, count = 4): readonly Picture[] {
  return Array.from({ length: count }, (_, i) => {
    const picture = { timeMs: i * 1000, width: 32, height: 32, data: new Uint8Array(32 * 32 * 3) };
    drawScene(scene, picture, i / (count - 1));
    return picture;
  });
}

/** An H.264 file of scenes one after the other, `seconds` each; `speech` is an embedded track. */
export async function sceneVideo(
  path: string,
  list: readonly Scene[],
  {
    seconds = 5,
    width = 128,
    height = 128,
    fps = undefined as number | undefined,
    speech = [] as SubtitleSpec['cues'],
  } = {},
): Promise<void> {
  await makeMedia(path, {
    seconds: seconds * list.length,
    video: {
      codec: 'h264',
      width,
      height,
      ...(fps !== undefined && { fps }),
      draw(canvas, timeMs) {
        const at = Math.min(list.length - 1, Math.floor(timeMs / 1000 / seconds));
        const scene = list[at];
        if (scene) drawScene(scene, canvas, timeMs / 1000 / seconds - at);
      },
    },
    subtitles: speech.length > 0 ? [{ codec: 'mov_text', language: 'eng', cues: speech }] : [],
  });
}
