import type { Rgb } from '../test/support/font.ts';
import { type Canvas, fill, type MediaSpec } from '../test/support/media-spec.ts';

const WIDTH = 640;
const HEIGHT = 360;
const SECONDS = 45;

/** Lists the audio descriptions, written as an embedded text track: start and end in ms, text. */
const descriptions: readonly (readonly [number, number, string])[] = [
  [500, 8500, 'A goldfish swims from left to right between green water plants.'],
  [10_000, 16_000, 'The fish turns around and swims back. Bubbles rise from the gravel.'],
  [18_000, 26_000, 'The fish is fed: brown flakes of food fall through the water, and it swims up to eat.'],
  [30_000, 37_000, 'Dusk falls. The light in the tank goes out and the water turns dark blue.'],
  [38_000, 44_000, 'A white snail crawls along the bottom in the dark.'],
];

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

function ellipse(canvas: Canvas, colour: Rgb, cx: number, cy: number, rx: number, ry: number): void {
  for (let y = Math.ceil(cy - ry); y <= cy + ry; y += 1) {
    const reach = rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2));
    fill(canvas, colour, cx - reach, y, Math.max(1, reach * 2), 1);
  }
}

/** Draws the triangle of a tail fin with its tip at the body. */
function tail(canvas: Canvas, colour: Rgb, tip: number, cy: number, direction: number, height: number): void {
  for (let step = 0; step < 26; step += 1) {
    const reach = (step / 26) * height;
    fill(canvas, colour, tip - direction * step, cy - reach, 1, reach * 2);
  }
}

function drawFish(canvas: Canvas, light: number, time: number): void {
  const lap = 9;
  const forth = Math.floor(time / lap) % 2 === 0;
  const along = (time % lap) / lap;
  const x = 60 + (forth ? along : 1 - along) * 520;
  const feeding = Math.exp(-(((time - 22) / 4) ** 2));
  const y = 190 + 18 * Math.sin(time * 1.3) - 100 * feeding;
  const direction = forth ? 1 : -1;
  const orange = mix([60, 30, 30], [244, 124, 24], light);
  tail(
    canvas,
    mix([50, 24, 24], [226, 90, 14], light),
    x - direction * 34,
    y,
    direction,
    18 + 6 * Math.sin(time * 9),
  );
  ellipse(canvas, orange, x, y, 42, 22);
  ellipse(canvas, [250, 250, 250], x + direction * 26, y - 5, 5, 5);
  ellipse(canvas, [10, 10, 10], x + direction * 27, y - 5, 2, 2);
}

function draw(canvas: Canvas, timeMs: number): void {
  const time = timeMs / 1000;
  const light = Math.min(1, Math.max(0, (37 - time) / 6));
  for (let y = 0; y < HEIGHT; y += 1) {
    const day = mix([92, 186, 232], [20, 96, 160], y / HEIGHT);
    fill(canvas, mix([6, 12, 40], day, light), 0, y, WIDTH, 1);
  }
  fill(canvas, mix([30, 26, 30], [196, 172, 120], light), 0, 324, WIDTH, 36);
  for (const [index, root] of [70, 150, 430, 520, 590].entries()) {
    for (let y = 0; y < 150 + (index % 3) * 30; y += 1) {
      const sway = Math.sin(time * 0.9 + index + y / 40) * (y / 14);
      fill(canvas, mix([8, 26, 24], [40, 150, 62], light), root + sway, 326 - y, 9, 1);
    }
  }
  for (let n = 0; n < 10; n += 1) {
    const age = (time * 0.35 + n / 10) % 1;
    const size = 2 + (n % 3);
    ellipse(
      canvas,
      mix([30, 50, 90], [214, 238, 250], light),
      300 + ((n * 37) % 60),
      320 - age * 310,
      size,
      size,
    );
  }
  if (time >= 17 && time < 28) {
    for (let n = 0; n < 14; n += 1) {
      const fallen = (time - 17 - (n % 7) * 0.4) * 34;
      if (fallen > 0)
        fill(canvas, [122, 74, 30], 210 + n * 17 + 6 * Math.sin(time + n), Math.min(318, fallen), 6, 4);
    }
  }
  drawFish(canvas, light, time);
  if (time >= 37) {
    const x = 520 - (time - 37) * 16;
    ellipse(canvas, [222, 222, 226], x, 316, 16, 13);
    fill(canvas, [200, 196, 190], x - 24, 322, 40, 6);
  }
}

/** Returns a sample of the pump: a soft, even noise of inharmonic sines. */
function pump(time: number): number {
  let sum = 0;
  for (let n = 1; n <= 9; n += 1) sum += Math.sin(2 * Math.PI * (71.3 * n ** 1.7) * time + n * n);
  return 0.012 * sum;
}

export function aquarium(): MediaSpec {
  return {
    seconds: SECONDS,
    metadata: { title: 'Aquarium from noon to night', creation_time: '2026-06-21T20:45:00Z' },
    video: {
      codec: 'vp9',
      width: WIDTH,
      height: HEIGHT,
      fps: 12,
      keyEvery: 150,
      options: { deadline: 'good', 'cpu-used': '3', crf: '46', b: '0' },
      draw,
    },
    audio: { codec: 'opus', sampleRate: 48_000, sample: pump },
    subtitles: [
      {
        codec: 'webvtt',
        language: 'eng',
        title: 'Descriptions',
        describes: true,
        cues: descriptions.map(([startMs, endMs, text]) => ({ startMs, endMs, text })),
      },
    ],
  };
}
