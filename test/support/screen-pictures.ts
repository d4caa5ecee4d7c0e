import { type Canvas, canvas, drawText, fillRect, type Rgb } from './font.ts';

export interface Screen {
  readonly picture: Canvas;
  readonly lines: readonly string[];
}

const white: Rgb = [255, 255, 255];

/** A slide: dark on light. */
export function slide(): Screen {
  const lines = ['Budget for the third quarter', 'Travel costs fell by 12 percent', 'New laptops in October'];
  const picture = canvas(1280, 720, white);
  lines.forEach((text, i) => {
    const style = i === 0 ? { size: 60, weight: 1.4 } : { size: 40 };
    drawText(picture, text, { x: 90, y: 140 + i * 110, colour: [25, 30, 70], ...style });
  });
  return { picture, lines };
}

/** A terminal: small light type on black. */
export function terminal(): Screen {
  const lines = [
    '$ npm run build',
    'error TS2345: Argument of type string',
    '$ git commit -m Fix the parser',
    '3 files changed, 40 insertions(+)',
  ];
  const picture = canvas(1280, 720, [18, 18, 24]);
  lines.forEach((text, i) => {
    drawText(picture, text, { x: 16, y: 40 + i * 24, size: 15, colour: [210, 210, 210], mono: true });
  });
  return { picture, lines };
}

/** An editor: dark with a light bar, a side list and a light page over it. */
export function editor(): Screen {
  const picture = canvas(1280, 720, [30, 30, 30]);
  fillRect(picture, 0, 0, 1280, 36, [221, 221, 221]);
  drawText(picture, 'File Edit Selection View', { x: 20, y: 25, size: 18, colour: [40, 40, 40] });
  drawText(picture, 'package.json', { x: 24, y: 100, size: 17, colour: [200, 200, 200] });
  const code = 'const total = rows.reduce(sum, 0);';
  drawText(picture, code, { x: 300, y: 100, size: 18, colour: [206, 145, 120], mono: true });
  fillRect(picture, 700, 300, 500, 300, white);
  drawText(picture, 'Questions for the finance team', { x: 730, y: 380, size: 26, colour: [0, 0, 0] });
  return {
    picture,
    lines: ['File Edit Selection View', 'package.json', code, 'Questions for the finance team'],
  };
}

/** Soft shapes without a letter on them. */
export function landscape(): Canvas {
  const picture = canvas(1280, 720, white);
  for (let y = 0; y < 720; y += 1) {
    for (let x = 0; x < 1280; x += 1) {
      const light = 120 + 60 * Math.sin(x / 90 + 2 * Math.sin(y / 60)) + 30 * Math.sin(y / 25 + x / 200);
      picture.data.set([light, light * 0.8, light * 0.6], (y * 1280 + x) * 3);
    }
  }
  return picture;
}
