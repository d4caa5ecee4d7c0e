import { type Canvas, drawText, type Rgb } from '../test/support/font.ts';
import { fill, type MediaSpec } from '../test/support/media-spec.ts';

const WIDTH = 640;
const HEIGHT = 360;
const SECONDS = 36;

/** The dialogue, burned into the picture: start and end in ms, text. The file has no subtitle track. */
const dialogue: readonly (readonly [number, number, string])[] = [
  [2000, 7000, 'The last ferry leaves at nine.'],
  [8000, 13_000, 'Then we must hurry to the harbour.'],
  [15_000, 20_000, 'My grandmother lives on the island.'],
  [21_000, 26_000, 'She keeps forty bees in the garden.'],
  [28_000, 34_000, 'Bring her the blue lantern.'],
];

const WHITE: Rgb = [250, 250, 250];
const BLACK: Rgb = [0, 0, 0];

function drawSubtitle(canvas: Canvas, text: string): void {
  const style = { x: 90, y: 330, size: 28 };
  drawText(canvas, text, { ...style, colour: BLACK, weight: 2.6 });
  drawText(canvas, text, { ...style, colour: WHITE, weight: 1.1 });
}

function drawFerry(canvas: Canvas, x: number, y: number): void {
  fill(canvas, [228, 226, 218], x + 30, y - 34, 80, 22);
  fill(canvas, [206, 64, 48], x + 74, y - 58, 18, 24);
  for (let window = 0; window < 4; window += 1)
    fill(canvas, [70, 90, 120], x + 38 + window * 18, y - 28, 9, 9);
  for (let row = 0; row < 20; row += 1) fill(canvas, [32, 52, 96], x + row, y - 12 + row, 150 - 2 * row, 1);
}

/** Draws a sea whose waves move over the whole picture, so that nothing behind the subtitles is still. */
function draw(canvas: Canvas, timeMs: number): void {
  const time = timeMs / 1000;
  for (let y = 0; y < HEIGHT; y += 1) {
    const share = y / HEIGHT;
    fill(canvas, [240 - 120 * share, 170 - 40 * share, 120 + 50 * share], 0, y, WIDTH, 1);
  }
  for (let y = 190; y < HEIGHT; y += 2) {
    for (let x = 0; x < WIDTH; x += 8) {
      const wave = Math.sin(x / 23 + time * 2.1 + y / 9) + Math.sin(x / 61 - time * 1.3 + y / 17);
      const light = 70 + 26 * wave + (y - 190) * 0.18;
      fill(canvas, [light * 0.5, light * 0.9, light * 1.25], x, y, 8, 2);
    }
  }
  drawFerry(canvas, 40 + time * 11, 214 + 4 * Math.sin(time * 1.7));
  const spoken = dialogue.find(([start, end]) => timeMs >= start && timeMs < end);
  if (spoken) drawSubtitle(canvas, spoken[2]);
}

export function ferryFilm(): MediaSpec {
  return {
    seconds: SECONDS,
    metadata: { title: 'The last ferry', creation_time: '2026-08-14T19:05:00Z' },
    video: {
      codec: 'vp9',
      width: WIDTH,
      height: HEIGHT,
      fps: 10,
      keyEvery: 100,
      options: { deadline: 'good', 'cpu-used': '3', crf: '42', b: '0' },
      draw,
    },
  };
}
