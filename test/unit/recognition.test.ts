import assert from 'node:assert/strict';
import test from 'node:test';
import { readGraphMetadata } from '../../server/src/adapters/transformers/graph-metadata.ts';
import { findReaderLayout } from '../../server/src/adapters/transformers/reader-layout.ts';
import { findUnreadableLanguages } from '../../server/src/core/recognition/alphabets.ts';
import { decodeCtc } from '../../server/src/core/recognition/decode-ctc.ts';
import { expandRect, minAreaRect, type Point } from '../../server/src/core/recognition/min-area-rect.ts';
import {
  createLineCropper,
  LINE_HEIGHT_PX,
  toDetectorInput,
} from '../../server/src/core/recognition/network-input.ts';
import { findTextBoxes, type ProbabilityMap } from '../../server/src/core/recognition/text-boxes.ts';

/** A map with text where `isText` says so. */
function mapOf(width: number, height: number, isText: (x: number, y: number) => number): ProbabilityMap {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    isText(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

const within = (x: number, from: number, to: number) => x >= from && x <= to;

test('given points of a turned rectangle, when its smallest rectangle is sought, then it is that one', () => {
  const angle = Math.PI / 6;
  const turn = ([x, y]: Point): Point => [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
  ];
  const points = [0, 5, 20, 40].flatMap((x) => [0, 3, 10].map((y) => turn([x, y])));
  const { corners, shortSide } = minAreaRect(points);
  assert.ok(Math.abs(shortSide - 10) < 1e-9);
  const expected: readonly Point[] = [
    [0, 0],
    [40, 0],
    [40, 10],
    [0, 10],
  ];
  for (const [i, corner] of expected.entries()) {
    const [x, y] = turn(corner);
    assert.ok(Math.hypot((corners[i]?.[0] ?? 0) - x, (corners[i]?.[1] ?? 0) - y) < 1e-6, `corner ${i}`);
  }
});

test('given a single point or a line, when its rectangle is sought, then it has no width', () => {
  assert.deepEqual(minAreaRect([[3, 4]]).corners, [
    [3, 4],
    [3, 4],
    [3, 4],
    [3, 4],
  ]);
  assert.equal(
    minAreaRect([
      [0, 0],
      [4, 0],
      [9, 0],
    ]).shortSide,
    0,
  );
  assert.throws(() => minAreaRect([]), /no points/);
});

test('given a rectangle, when expanded, then each side moves outwards by the distance', () => {
  const grown = expandRect(
    [
      [10, 10],
      [30, 10],
      [30, 16],
      [10, 16],
    ],
    2,
  );
  assert.deepEqual(grown, [
    [8, 8],
    [32, 8],
    [32, 18],
    [8, 18],
  ]);
});

test('given a map with one line, when boxes are sought, then the box is the line grown by its area over perimeter', () => {
  const map = mapOf(100, 50, (x, y) => (within(x, 20, 79) && within(y, 20, 29) ? 0.9 : 0));
  const [box, ...more] = findTextBoxes(map, { width: 200, height: 100 });
  assert.equal(more.length, 0);
  assert.ok(box);
  // Grown by one px for the mask: 60 x 10. 60 * 10 / (2 * 70) * 1.6 = 6.86 on each side, times 2 in the picture.
  assert.deepEqual(box.corners, [
    [26, 26],
    [174, 26],
    [174, 74],
    [26, 74],
  ]);
  assert.ok(box.score > 0.8 && box.score <= 0.9);
});

test('given specks, faint areas and text, when boxes are sought, then only text remains, in reading order', () => {
  const lines = [
    { x: 110, y: 10 },
    { x: 10, y: 12 },
    { x: 10, y: 60 },
  ];
  const map = mapOf(200, 100, (x, y) => {
    if (x === 5 && y === 95) return 1;
    if (within(x, 150, 190) && within(y, 80, 90)) return 0.35;
    return lines.some((line) => within(x, line.x, line.x + 60) && within(y, line.y, line.y + 8)) ? 0.95 : 0;
  });
  const boxes = findTextBoxes(map, { width: 200, height: 100 });
  assert.deepEqual(
    boxes.map(({ corners }) => [Math.round(corners[0][0] / 10) * 10, Math.round(corners[0][1] / 10) * 10]),
    [
      [0, 10],
      [100, 0],
      [0, 50],
    ],
  );
});

test('given a slanted line, when boxes are sought, then the box is slanted as the line is', () => {
  const map = mapOf(160, 120, (x, y) => (within(x, 20, 130) && within(y - x * 0.4, 10, 24) ? 1 : 0));
  const [box] = findTextBoxes(map, map);
  assert.ok(box);
  const [[x0, y0], [x1, y1]] = box.corners;
  assert.ok(Math.abs((y1 - y0) / (x1 - x0) - 0.4) < 0.06, JSON.stringify(box.corners));
});

/** An output in which each character of `best` wins its step; `_` is the blank. */
function outputOf(
  best: string,
  characters: readonly string[],
  spaces: Readonly<Record<number, number>> = {},
) {
  const classes = characters.length + 2;
  const data = new Float32Array(best.length * classes);
  [...best].forEach((char, step) => {
    const id = char === '_' ? 0 : char === ' ' ? classes - 1 : characters.indexOf(char) + 1;
    data[step * classes + id] = 0.8;
    if (spaces[step] !== undefined) data[step * classes + classes - 1] = spaces[step];
  });
  return { steps: best.length, classes, data };
}

test('given steps of a recogniser, when decoded, then repetitions and blanks go and doubled letters stay', () => {
  const characters = ['a', 'b', 'c'];
  const { text, confidence } = decodeCtc(outputOf('_aa_a__b cc_', characters), characters, false);
  assert.equal(text, 'aab c');
  assert.ok(Math.abs(confidence - 0.8) < 1e-6);
  assert.deepEqual(decodeCtc(outputOf('____', characters), characters, true), { text: '', confidence: 0 });
});

test('given a gap in which the space almost won, when spaces are restored, then a space stands there', () => {
  const characters = ['a', 'b', 'c'];
  const output = outputOf('a____b_c___a', characters, { 2: 0.15, 6: 0.4, 9: 0.01 });
  assert.equal(decodeCtc(output, characters, false).text, 'abca');
  assert.equal(decodeCtc(output, characters, true).text, 'a bca');
});

test('given a picture, when scaled for the detector, then sides are multiples of 32 and colours blue first', () => {
  const data = new Uint8Array(100 * 60 * 3);
  for (let i = 0; i < data.length; i += 3) data.set([255, 0, 51], i);
  const input = toDetectorInput({ width: 100, height: 60, data }, 64);
  assert.deepEqual([input.width, input.height], [64, 32]);
  const plane = 64 * 32;
  assert.equal(input.data.length, 3 * plane);
  for (const [i, value] of [-0.6, -1, 1].entries())
    assert.ok(Math.abs((input.data[i * plane + 700] ?? 0) - value) < 1e-6);
  const grey = toDetectorInput({ width: 40, height: 40, data: new Uint8Array(1600).fill(255) }, 960);
  assert.deepEqual([grey.width, grey.height], [32, 32]);
  assert.ok(grey.data.every((value) => value === 1));
});

test('given a line in a picture, when cropped, then it is 48 px high, padded, and turned if it stands', () => {
  const width = 200;
  const data = Uint8Array.from({ length: width * 200 }, (_, i) => (i % width) + 20);
  const cropLine = createLineCropper({ width, height: 200, data });
  const line = cropLine([
    [20, 50],
    [116, 50],
    [116, 74],
    [20, 74],
  ]);
  assert.deepEqual([line.width, line.height], [320, LINE_HEIGHT_PX]);
  const at = (x: number, y: number) => Math.round(((line.data[y * 320 + x] ?? 0) * 0.5 + 0.5) * 255);
  // 96 px become 192, so that the value at x is 40 + x / 2.
  for (const x of [2, 60, 150]) assert.ok(Math.abs(at(x, 20) - (40 + x / 2)) <= 1, `${x}: ${at(x, 20)}`);
  assert.equal(line.data[200], 0, 'padding');
  const standing = cropLine([
    [50, 20],
    [74, 20],
    [74, 116],
    [50, 116],
  ]);
  // Turned to the left, the right edge is on top.
  const top = standing.data[10] ?? 0;
  const bottom = standing.data[40 * 320 + 10] ?? 0;
  assert.ok(top > bottom, `${top} ${bottom}`);
});

test('given the characters of a recogniser, when languages are asked for, then those it lacks letters of are named', () => {
  const characters = new Set([...'abcdefghijklmnopqrstuvwxyzé的一是不ä']);
  assert.deepEqual(findUnreadableLanguages(['eng', 'chi_sim', 'deu', 'rus', 'xyz'], characters), [
    'deu',
    'rus',
    'xyz',
  ]);
});

test('given the files of a folder, when a reader is sought, then its graphs and characters are found', () => {
  assert.deepEqual(findReaderLayout(['NOTICE.md', 'det.onnx', 'rec.onnx']), {
    detector: 'det.onnx',
    recogniser: 'rec.onnx',
    characters: undefined,
  });
  const packaged = [
    'ch_PP-OCRv4_det_infer.onnx',
    'ch_PP-OCRv4_rec_infer.onnx',
    'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    'ppocr_keys_v1.txt',
  ];
  assert.deepEqual(findReaderLayout(packaged), {
    detector: 'ch_PP-OCRv4_det_infer.onnx',
    recogniser: 'ch_PP-OCRv4_rec_infer.onnx',
    characters: 'ppocr_keys_v1.txt',
  });
  assert.equal(findReaderLayout(['detail.onnx', 'record.onnx']), undefined);
});

test('given a graph, when its metadata is read, then only top-level entries count and damage is named', () => {
  const text = (field: number, value: string) => [field * 8 + 2, value.length, ...Buffer.from(value)];
  const entry = [...text(1, 'character'), ...text(2, 'a\nb')];
  const graph = Uint8Array.from([8, 9, ...text(2, 'maker'), 14 * 8 + 2, entry.length, ...entry]);
  assert.equal(readGraphMetadata(graph).get('character'), 'a\nb');
  assert.throws(() => readGraphMetadata(Uint8Array.of(7)), /not an ONNX graph/);
  assert.throws(() => readGraphMetadata(Uint8Array.of(8, 255)), /cut off/);
});
