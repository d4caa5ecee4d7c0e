// A stroke font of our own. Units: cap height 10, baseline at y = 10, y downwards, x-height 7, descent 3.
// M x y: start a stroke. L x y: line. A cx cy rx ry from to: arc in degrees, clockwise where `to` is greater.

/** Width and strokes of each character. */
const GLYPHS: Readonly<Record<string, readonly [number, string]>> = {
  ' ': [3.4, ''],
  A: [7, 'M0 10 L3.5 0 L7 10 M1.2 6.6 L5.8 6.6'],
  B: [6.2, 'M0 4.6 L0 0 L3.2 0 A3.2 2.3 2.3 2.3 -90 90 L0 4.6 L0 10 L3.5 10 A3.5 7.3 2.7 2.7 90 -90'],
  C: [6.6, 'A4 5 4 5 -50 -310'],
  D: [6.7, 'M0 0 L0 10 L2.5 10 A2.5 5 4.2 5 90 -90 L0 0'],
  E: [5.5, 'M5.5 0 L0 0 L0 10 L5.5 10 M0 4.8 L4.6 4.8'],
  F: [5.5, 'M5.5 0 L0 0 L0 10 M0 4.9 L4.5 4.9'],
  G: [7.6, 'A4 5 4 5 -50 -325 L7.3 5.4 L4.6 5.4'],
  H: [6.5, 'M0 0 L0 10 M6.5 0 L6.5 10 M0 4.8 L6.5 4.8'],
  I: [3, 'M0 0 L3 0 M1.5 0 L1.5 10 M0 10 L3 10'],
  J: [4.2, 'M4.2 0 L4.2 7.2 A2 7.2 2.2 2.8 0 170'],
  K: [6.2, 'M0 0 L0 10 M6 0 L0 6 M2.2 4 L6.2 10'],
  L: [5.2, 'M0 0 L0 10 L5.2 10'],
  M: [8, 'M0 10 L0 0 L4 7 L8 0 L8 10'],
  N: [6.5, 'M0 10 L0 0 L6.5 10 L6.5 0'],
  O: [8, 'A4 5 4 5 0 360'],
  P: [6.2, 'M0 10 L0 0 L3.4 0 A3.4 2.8 2.8 2.8 -90 90 L0 5.6'],
  Q: [8, 'A4 5 4 5 0 360 M5 7.4 L8 10.6'],
  R: [6.4, 'M0 10 L0 0 L3.4 0 A3.4 2.8 2.8 2.8 -90 90 L0 5.6 M3 5.6 L6.4 10'],
  S: [6, 'A3 2.5 2.7 2.5 -25 -270 A3 7.5 3 2.5 -90 155'],
  T: [7, 'M0 0 L7 0 M3.5 0 L3.5 10'],
  U: [6.4, 'M0 0 L0 6.7 A3.2 6.7 3.2 3.3 180 0 L6.4 0'],
  V: [6.8, 'M0 0 L3.4 10 L6.8 0'],
  W: [9.6, 'M0 0 L2.4 10 L4.8 1.5 L7.2 10 L9.6 0'],
  X: [6.4, 'M0 0 L6.4 10 M6.4 0 L0 10'],
  Y: [6.6, 'M0 0 L3.3 5 L6.6 0 M3.3 5 L3.3 10'],
  Z: [6, 'M0 0 L6 0 L0 10 L6 10'],
  a: [
    5.1,
    'A2.7 5 2.4 2 -155 0 L5.1 10 M5.1 6.3 L2.4 6.3 A2.4 8.15 2.4 1.85 -90 -270 A2.4 8.15 2.7 1.85 90 0',
  ],
  b: [5.4, 'M0 0 L0 10 M5.4 6.5 A2.7 6.5 2.7 3.5 0 360'],
  c: [4.6, 'A2.7 6.5 2.7 3.5 -45 -315'],
  d: [5.4, 'M5.4 0 L5.4 10 M5.4 6.5 A2.7 6.5 2.7 3.5 0 360'],
  e: [5.2, 'M0 6.4 L5.2 6.4 A2.6 6.5 2.6 3.5 0 -315'],
  f: [3.6, 'M1.4 10 L1.4 2 A3.2 2 1.8 2 180 290 M0 3.4 L3.4 3.4'],
  g: [5.4, 'A2.7 6.5 2.7 3.5 0 360 M5.4 3 L5.4 10.6 A2.7 10.6 2.7 2.6 0 150'],
  h: [5, 'M0 0 L0 10 M0 5.6 A2.5 5.6 2.5 2.6 180 360 L5 10'],
  i: [0.6, 'M0.3 3 L0.3 10 M0.3 0.5 L0.3 0.7'],
  j: [1.8, 'M1.5 3 L1.5 11.4 A0 11.4 1.5 1.6 0 100 M1.5 0.5 L1.5 0.7'],
  k: [4.8, 'M0 0 L0 10 M4.6 3 L0 7.2 M1.8 5.7 L4.8 10'],
  l: [1.6, 'M0.2 0 L0.2 8.6 A1.5 8.6 1.3 1.4 180 80'],
  m: [7.6, 'M0 3 L0 10 M0 5.4 A1.9 5.4 1.9 2.4 180 360 L3.8 10 M3.8 5.4 A5.7 5.4 1.9 2.4 180 360 L7.6 10'],
  n: [5, 'M0 3 L0 10 M0 5.6 A2.5 5.6 2.5 2.6 180 360 L5 10'],
  o: [5.4, 'A2.7 6.5 2.7 3.5 0 360'],
  p: [5.4, 'M0 3 L0 13 M5.4 6.5 A2.7 6.5 2.7 3.5 0 360'],
  q: [5.4, 'M5.4 3 L5.4 13 M5.4 6.5 A2.7 6.5 2.7 3.5 0 360'],
  r: [3.6, 'M0 3 L0 10 M0 6 A2.4 6 2.4 3 180 300'],
  s: [4.4, 'A2.2 4.75 2.1 1.75 -25 -270 A2.2 8.25 2.3 1.75 -90 155'],
  t: [3.8, 'M1.5 0.8 L1.5 8.2 A3.1 8.2 1.6 1.8 180 70 M0 3 L3.6 3'],
  u: [5, 'M0 3 L0 7.4 A2.5 7.4 2.5 2.6 180 0 M5 3 L5 10'],
  v: [5, 'M0 3 L2.5 10 L5 3'],
  w: [7.6, 'M0 3 L1.9 10 L3.8 4 L5.7 10 L7.6 3'],
  x: [4.8, 'M0 3 L4.8 10 M4.8 3 L0 10'],
  y: [5.2, 'M0 3 L2.6 10 M5.2 3 L1.6 12.6 L0.2 13'],
  z: [4.6, 'M0 3 L4.6 3 L0 10 L4.6 10'],
  0: [6, 'A3 5 3 5 0 360'],
  1: [5, 'M0.6 2.2 L2.8 0 L2.8 10 M0.6 10 L5 10'],
  2: [6, 'A3 2.9 2.8 2.9 -165 35 L0 10 L6 10'],
  3: [6, 'A2.9 2.4 2.6 2.4 -150 90 A2.9 7.4 3 2.6 -90 150'],
  4: [6, 'M4.5 10 L4.5 0 L0 7 L6 7'],
  5: [6, 'M5.4 0 L1 0 L0.7 4.6 A2.8 6.8 3.1 3.2 -135 145'],
  6: [6, 'M4.6 0 L0.5 5.4 M6 6.9 A3 6.9 3 3.1 0 360'],
  7: [6, 'M0 0 L6 0 L2.2 10'],
  8: [6, 'A3 2.4 2.5 2.4 0 360 M6 7.4 A3 7.4 3 2.6 0 360'],
  9: [6, 'A3 3.1 3 3.1 0 360 M5.5 4.6 L1.4 10'],
  '.': [0.8, 'M0.4 9.8 L0.4 9.9'],
  ',': [1.2, 'M0.9 9.6 L0.2 11.8'],
  ':': [0.8, 'M0.4 4.1 L0.4 4.2 M0.4 9.8 L0.4 9.9'],
  '!': [0.8, 'M0.4 0 L0.4 6.8 M0.4 9.8 L0.4 9.9'],
  '?': [5, 'A2.5 2.6 2.5 2.6 -170 45 L2.5 6 L2.5 7 M2.5 9.8 L2.5 9.9'],
  '-': [3.4, 'M0 6.2 L3.4 6.2'],
  _: [5.4, 'M0 11.2 L5.4 11.2'],
  '/': [4.4, 'M0 11 L4.4 -0.6'],
  '(': [2, 'A4.5 5 4.5 7 230 130'],
  ')': [2, 'A-2.5 5 4.5 7 -50 50'],
  '=': [5.4, 'M0 4.8 L5.4 4.8 M0 7.6 L5.4 7.6'],
  '+': [5.4, 'M0 6 L5.4 6 M2.7 3.3 L2.7 8.7'],
  '*': [4, 'M2 1 L2 5 M0.3 2 L3.7 4 M3.7 2 L0.3 4'],
  '%': [8.4, 'A1.9 2.3 1.9 2.3 0 360 M8.4 7.7 A6.5 7.7 1.9 2.3 0 360 M7 0 L1.4 10'],
  "'": [0.8, 'M0.4 0 L0.4 2.4'],
  '|': [0.8, 'M0.4 -0.6 L0.4 12'],
  '#': [6.4, 'M2 1 L1.2 9.4 M5.2 1 L4.4 9.4 M0.2 3.8 L6.4 3.8 M0 6.8 L6.2 6.8'],
  $: [6, 'A3 2.8 2.7 2.2 -25 -270 A3 7.2 3 2.2 -90 155 M3 -0.6 L3 10.6'],
  '@': [9, 'A4.6 6 1.9 2.2 0 360 M6.5 3.9 L6.5 7 A7.7 7 1.2 1.4 180 0 A4.5 6 4.4 5 0 -300'],
  '~': [5.6, 'A1.4 5.4 1.4 1 180 360 A4.2 5.4 1.4 1 180 0'],
};

/** A straight piece of a stroke, in font units. */
export interface Segment {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Glyph {
  readonly width: number;
  readonly segments: readonly Segment[];
}

const ARC_STEP_DEGREES = 12;

function segmentsOf(path: string): Segment[] {
  const segments: Segment[] = [];
  let x = 0;
  let y = 0;
  let drawing = false;
  const to = (x1: number, y1: number) => {
    if (drawing) segments.push({ x0: x, y0: y, x1, y1 });
    x = x1;
    y = y1;
    drawing = true;
  };
  for (const [, command, numbers] of path.matchAll(/([MLA])([-\d. ]+)/g)) {
    const [a = 0, b = 0, rx = 0, ry = 0, from = 0, end = 0] = (numbers ?? '').trim().split(' ').map(Number);
    if (command === 'M') drawing = false;
    if (command !== 'A') {
      to(a, b);
      continue;
    }
    const steps = Math.max(2, Math.ceil(Math.abs(end - from) / ARC_STEP_DEGREES));
    for (let step = 0; step <= steps; step += 1) {
      const angle = ((from + ((end - from) * step) / steps) * Math.PI) / 180;
      to(a + rx * Math.cos(angle), b + ry * Math.sin(angle));
    }
  }
  return segments;
}

const cache = new Map<string, Glyph>();

/** Throws for a character that the font lacks. */
export function glyph(character: string): Glyph {
  const known = cache.get(character);
  if (known) return known;
  const source = GLYPHS[character];
  if (!source) throw new Error(`the demo's font has no "${character}"`);
  const made = { width: source[0], segments: segmentsOf(source[1]) };
  cache.set(character, made);
  return made;
}
