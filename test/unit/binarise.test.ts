import assert from 'node:assert/strict';
import test from 'node:test';
import { binarise } from '../../server/src/core/media/binarise.ts';
import { type LumaImage, toLumaImage, upscaleImage } from '../../server/src/core/media/luma-image.ts';
import { findTextRegions } from '../../server/src/core/media/text-regions.ts';
import { canvas, drawText, fillRect, type Rgb } from '../support/font.ts';
import { editor, landscape, slide, terminal } from '../support/screen-pictures.ts';

/** Share of black and of white of a part of the picture. */
function ink({ width, data }: LumaImage, left: number, top: number, right: number, bottom: number) {
  let [black, white] = [0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const value = data[y * width + x] ?? 0;
      if (value < 64) black += 1;
      if (value > 191) white += 1;
    }
  }
  const size = (right - left) * (bottom - top);
  return { black: black / size, white: white / size };
}

const made = (picture: LumaImage): LumaImage => {
  const grey = toLumaImage(picture);
  return binarise(grey, findTextRegions(grey));
};

test('given text in any theme, when binarised, then it is dark on white and the rest is white', () => {
  const cases: readonly [Rgb, Rgb][] = [
    [
      [255, 255, 255],
      [20, 20, 20],
    ],
    [
      [18, 18, 24],
      [210, 210, 210],
    ],
    [
      [20, 40, 110],
      [250, 220, 120],
    ],
    [
      [245, 245, 245],
      [150, 150, 150],
    ],
    [
      [120, 120, 120],
      [190, 190, 190],
    ],
  ];
  for (const [ground, colour] of cases) {
    const picture = canvas(640, 360, ground);
    drawText(picture, 'Settings for this account', { x: 48, y: 100, size: 24, colour });
    const page = made(picture);
    const text = ink(page, 48, 80, 320, 108);
    assert.ok(text.black > 0.04 && text.black < 0.4, `${ground} ${JSON.stringify(text)}`);
    assert.ok(text.white > 0.5, `${ground} ${JSON.stringify(text)}`);
    assert.equal(ink(page, 0, 200, 640, 360).white, 1);
  }
});

test('given panels of different themes, when binarised, then each is dark on white', () => {
  const page = made(editor().picture);
  for (const [left, top, right, bottom] of [
    [20, 8, 220, 30],
    [24, 84, 130, 106],
    [300, 84, 600, 106],
    [730, 356, 1060, 388],
  ] as const) {
    const part = ink(page, left, top, right, bottom);
    assert.ok(part.black > 0.03 && part.white > 0.5, `${left},${top} ${JSON.stringify(part)}`);
  }
});

test('given white subtitles with a dark outline, when binarised, then letters are dark', () => {
  const picture = landscape();
  const text = 'We keep the pumps running';
  for (const [dx, dy] of [
    [-2, 0],
    [2, 0],
    [0, -2],
    [0, 2],
  ] as const) {
    drawText(picture, text, { x: 400 + dx, y: 650 + dy, size: 36, colour: [0, 0, 0], weight: 1.4 });
  }
  drawText(picture, text, { x: 400, y: 650, size: 36, colour: [255, 255, 255], weight: 1.1 });
  const part = ink(made(picture), 400, 620, 800, 655);
  assert.ok(part.black > 0.08 && part.black < 0.5, JSON.stringify(part));
});

test('given text, a landscape, a blank page and ruled lines, when regions are searched, then only text has some', () => {
  const count = (picture: LumaImage) => findTextRegions(toLumaImage(picture)).count;
  assert.ok(count(slide().picture) > 20);
  assert.ok(count(terminal().picture) > 20);
  assert.equal(count(landscape()), 0);
  assert.equal(count(canvas(640, 360, [255, 255, 255])), 0);
  const ruled = canvas(640, 360, [255, 255, 255]);
  fillRect(ruled, 0, 100, 640, 4, [0, 0, 0]);
  fillRect(ruled, 300, 0, 60, 360, [0, 0, 0]);
  assert.equal(count(ruled), 0);
  assert.equal(count({ width: 1, height: 1, data: new Uint8Array(3) }), 0);
});

test('given RGB pixels, when luma is computed, then it is weighted; given grey, then it is unchanged', () => {
  const rgb = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  assert.deepEqual([...toLumaImage({ width: 2, height: 2, data: rgb }).data], [76, 149, 28, 255]);
  const grey = { width: 2, height: 1, data: Uint8Array.from([7, 9]) };
  assert.equal(toLumaImage(grey), grey);
});

test('given a picture, when enlarged, then values between pixels are interpolated and edges stay', () => {
  const picture = { width: 2, height: 1, data: Uint8Array.from([0, 200]) };
  assert.deepEqual(upscaleImage(picture, 2), {
    width: 4,
    height: 2,
    data: Uint8Array.from([0, 50, 150, 200, 0, 50, 150, 200]),
  });
  assert.equal(upscaleImage(picture, 1), picture);
});
