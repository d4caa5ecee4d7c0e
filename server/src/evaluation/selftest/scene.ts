export const SCENE_COLOURS = {
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
export const SCENE_SHAPES = ['circle', 'square', 'triangle'] as const;
const MOTIONS = [
  'moves left',
  'moves right',
  'moves up',
  'moves down',
  'stays still',
  'grows',
  'shrinks',
] as const;

/** RGB pixels to draw on, row by row. */
export interface SceneCanvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A shape in motion, as the tiny captioner of models/ describes it. */
export interface Scene {
  readonly colour: keyof typeof SCENE_COLOURS | keyof typeof UNKNOWN_COLOURS;
  readonly background: keyof typeof BACKGROUNDS;
  readonly shape: (typeof SCENE_SHAPES)[number];
  readonly motion: (typeof MOTIONS)[number];
  /** Varies place, size, way and shade; the same number gives the same scene. Missing: in the middle, in pure colours. */
  readonly variation?: number;
}

/** Returns the right caption of a scene. `name` is one that its speech says. */
export function captionOf({ colour, shape, motion, background }: Scene, name?: string): string {
  return `a ${colour} ${shape} ${name ? `called ${name} ` : ''}${motion} on a ${background} background.`;
}

const pick = <T>(all: readonly T[], at: number): T => {
  const value = all[at % all.length];
  if (value === undefined) throw new Error('There is nothing to pick from.');
  return value;
};

/** Returns `count` scenes in random shapes, motions and backgrounds: in `colour`, or in all known colours. */
export function variedScenes(
  count: number,
  seed: number,
  colour?: keyof typeof UNKNOWN_COLOURS,
): readonly Scene[] {
  return Array.from({ length: count }, (_, i) => {
    const next = createRandom(seed * 10_007 + i);
    const any = <T>(all: readonly T[]): T => pick(all, Math.floor(next() * all.length));
    return {
      colour: colour ?? any(Object.keys(SCENE_COLOURS) as (keyof typeof SCENE_COLOURS)[]),
      background: any(Object.keys(BACKGROUNDS) as Scene['background'][]),
      shape: any(SCENE_SHAPES),
      motion: any(MOTIONS),
      variation: seed * 10_007 + i,
    };
  });
}

/** Returns a generator of numbers from 0 to 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns scenes that go through all colours, shapes, motions and backgrounds. */
export function scenes(count: number): readonly Scene[] {
  return Array.from({ length: count }, (_, i) => ({
    colour: pick(Object.keys(SCENE_COLOURS) as Scene['colour'][], i),
    background: pick(Object.keys(BACKGROUNDS) as Scene['background'][], Math.floor(i / 2)),
    shape: pick(SCENE_SHAPES, Math.floor(i / 3) + i),
    motion: pick(MOTIONS, i * 3),
  }));
}

function mix(from: readonly number[], to: readonly number[], share: number): readonly number[] {
  return from.map((value, i) => value + ((to[i] ?? 0) - value) * share);
}

/** Draws a scene at a share 0..1 of its time, over the whole canvas, with smooth edges. */
export function drawScene(scene: Scene, canvas: SceneCanvas, share: number): void {
  const { width, height, data } = canvas;
  const unit = Math.min(width, height) / 32;
  const { motion, variation } = scene;
  const next = variation === undefined ? () => 0.5 : createRandom(variation ^ 0x5bd1e995);
  const vary = (range: number) => (next() - 0.5) * range;
  const way = (share - 0.5) * (18 + vary(5));
  const x = 16 + vary(4) + (motion === 'moves left' ? -way : motion === 'moves right' ? way : 0);
  const y = 16 + vary(4) + (motion === 'moves up' ? -way : motion === 'moves down' ? way : 0);
  const size = (motion === 'grows' ? 3 + 6 * share : motion === 'shrinks' ? 9 - 6 * share : 5.5) + vary(1);
  const ink = { ...SCENE_COLOURS, ...UNKNOWN_COLOURS }[scene.colour].map((value) => value + vary(16));
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
