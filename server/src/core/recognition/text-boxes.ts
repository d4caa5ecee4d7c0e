import { expandRect, minAreaRect, type Point, type Quad } from './min-area-rect.ts';

/** Probability of text at each pixel, 0..1, as a DBNet detector outputs it. Rows from the top. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A line of text found in a picture. */
export interface TextBox {
  /** Corners in px of the picture, whole numbers. */
  readonly corners: Quad;
  /** Mean probability inside, 0..1. */
  readonly score: number;
}

/** Pixels above this probability belong to text. */
const MIN_PIXEL_PROBABILITY = 0.3;
/** Boxes with a lower mean probability are dropped. */
const MIN_BOX_SCORE = 0.5;
/**
 * The detector is trained on shrunken lines: a box grows by its area / perimeter times this factor.
 */
const UNCLIP_RATIO = 1.6;
/** Minimum short side of a box in the map before growing, and after it, px. */
const MIN_SHORT_SIDE_PX = 3;
const MIN_GROWN_SIDE_PX = 5;
/** Minimum sides of a box in the picture, px: nothing smaller is legible. */
const MIN_BOX_PX = 3;
const MAX_BOXES = 1000;
/** Boxes whose tops differ by less are on one line, px. */
const SAME_LINE_PX = 10;

/** Marks text pixels, each grown by one px to the right and down, which joins letters that almost touch. */
function binarizeMap({ width, height, data }: ProbabilityMap): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((data[y * width + x] ?? 0) <= MIN_PIXEL_PROBABILITY) continue;
      const right = Math.min(width - 1, x + 1);
      const down = Math.min(height - 1, y + 1);
      mask[y * width + x] = 1;
      mask[y * width + right] = 1;
      mask[down * width + x] = 1;
      mask[down * width + right] = 1;
    }
  }
  return mask;
}

/**
 * Collects the first and last pixel of each row of one connected area (8 neighbours) and clears it from the
 * mask. Only these can lie on the hull.
 */
function takeComponent(mask: Uint8Array, width: number, height: number, start: number): readonly Point[] {
  const rowEnds = new Map<number, { left: number; right: number }>();
  const stack = [start];
  mask[start] = 0;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const x = at % width;
    const y = (at - x) / width;
    const ends = rowEnds.get(y);
    if (!ends) rowEnds.set(y, { left: x, right: x });
    else if (x < ends.left) ends.left = x;
    else if (x > ends.right) ends.right = x;
    for (let nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY += 1) {
      for (let nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX += 1) {
        const next = nextY * width + nextX;
        if (mask[next] !== 1) continue;
        mask[next] = 0;
        stack.push(next);
      }
    }
  }
  return [...rowEnds].flatMap(([y, { left, right }]): Point[] => [
    [left, y],
    [right, y],
  ]);
}

/** Returns the mean probability of the pixels inside a box. */
function meanInside({ width, height, data }: ProbabilityMap, corners: Quad): number {
  const points = corners.map(([x, y]): Point => [Math.trunc(x), Math.trunc(y)]);
  const clampRow = (y: number) => Math.max(0, Math.min(height - 1, y));
  const top = clampRow(Math.min(...points.map(([, y]) => y)));
  const bottom = clampRow(Math.max(...points.map(([, y]) => y)));
  let sum = 0;
  let count = 0;
  for (let y = top; y <= bottom; y += 1) {
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    points.forEach(([x0, y0], i) => {
      const [x1, y1] = points[(i + 1) % points.length] ?? [x0, y0];
      if (y < Math.min(y0, y1) || y > Math.max(y0, y1)) return;
      const crossings = y0 === y1 ? [x0, x1] : [x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)];
      left = Math.min(left, ...crossings);
      right = Math.max(right, ...crossings);
    });
    for (let x = Math.max(0, Math.round(left)); x <= Math.min(width - 1, Math.round(right)); x += 1) {
      sum += data[y * width + x] ?? 0;
      count += 1;
    }
  }
  return count > 0 ? sum / count : 0;
}

function areaOverPerimeter([p, q, , s]: Quad): number {
  const a = Math.hypot(q[0] - p[0], q[1] - p[1]);
  const b = Math.hypot(s[0] - p[0], s[1] - p[1]);
  return a + b > 0 ? (a * b) / (2 * (a + b)) : 0;
}

/** Sorts boxes into lines from the top, each from the left. */
function sortBoxes(boxes: readonly TextBox[]): readonly TextBox[] {
  const byTop = [...boxes].sort((a, b) => a.corners[0][1] - b.corners[0][1]);
  const lineNumbers: number[] = [];
  byTop.forEach(({ corners }, i) => {
    const previousTop = byTop[i - 1]?.corners[0][1] ?? corners[0][1];
    lineNumbers.push((lineNumbers[i - 1] ?? 0) + (corners[0][1] - previousTop >= SAME_LINE_PX ? 1 : 0));
  });
  return byTop
    .map((box, i) => ({ box, line: lineNumbers[i] ?? 0 }))
    .sort((a, b) => a.line - b.line || a.box.corners[0][0] - b.box.corners[0][0])
    .map(({ box }) => box);
}

/**
 * Finds lines of text in a detector's probability map (DBNet post-processing). Returns boxes in px of a picture
 * of the given size, in reading order.
 */
export function findTextBoxes(
  map: ProbabilityMap,
  picture: { readonly width: number; readonly height: number },
): readonly TextBox[] {
  const mask = binarizeMap(map);
  const boxes: TextBox[] = [];
  const toPicture = ([x, y]: Point): Point => [
    Math.max(0, Math.min(picture.width - 1, Math.round((x / map.width) * picture.width))),
    Math.max(0, Math.min(picture.height - 1, Math.round((y / map.height) * picture.height))),
  ];
  for (let start = mask.indexOf(1); start >= 0 && boxes.length < MAX_BOXES; start = mask.indexOf(1, start)) {
    const rect = minAreaRect(takeComponent(mask, map.width, map.height, start));
    if (rect.shortSide < MIN_SHORT_SIDE_PX) continue;
    const score = meanInside(map, rect.corners);
    if (score < MIN_BOX_SCORE) continue;
    const growth = areaOverPerimeter(rect.corners) * UNCLIP_RATIO;
    if (rect.shortSide + 2 * growth < MIN_GROWN_SIDE_PX) continue;
    const [a, b, c, d] = expandRect(rect.corners, growth);
    const corners: Quad = [toPicture(a), toPicture(b), toPicture(c), toPicture(d)];
    const width = Math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]);
    const height = Math.hypot(corners[3][0] - corners[0][0], corners[3][1] - corners[0][1]);
    if (Math.trunc(width) <= MIN_BOX_PX || Math.trunc(height) <= MIN_BOX_PX) continue;
    boxes.push({ corners, score });
  }
  return sortBoxes(boxes);
}
