/**
 * A sans-serif stroke font of our own, so that tests and the demo can put text in pictures where no font is
 * installed. Units: cap height 7, x-height 5, descender -2, baseline 0; 10 units are the font size.
 * `M x y` moves, `L x y` draws a line, `Q cx cy x y` a curve, `A cx cy rx ry from to` an arc in degrees
 * (0 to the right, 90 up), joined to what was drawn before unless it comes first or after an `O`.
 */
const glyphs: Record<string, string> = {
  A: 'M0 0L2.6 7L5.2 0M0.95 2.4L4.25 2.4',
  B: 'M0 0L0 7L2.7 7A2.7 5.35 1.75 1.65 90 -90L0 3.7M2.7 3.7A2.7 1.85 2 1.85 90 -90L0 0',
  C: 'OA3 3.5 3 3.5 48 312',
  D: 'M0 0L0 7L2 7A2 3.5 3.1 3.5 90 -90L0 0',
  E: 'M4.2 0L0 0L0 7L4.2 7M0 3.7L3.7 3.7',
  F: 'M0 0L0 7L4.2 7M0 3.6L3.6 3.6',
  G: 'OA3 3.5 3 3.5 48 330L5.6 3.2L3.5 3.2',
  H: 'M0 0L0 7M5 0L5 7M0 3.7L5 3.7',
  I: 'M0 0L2.2 0M0 7L2.2 7M1.1 0L1.1 7',
  J: 'M3 7L3 1.8A1.5 1.8 1.5 1.8 0 -170',
  K: 'M0 0L0 7M4.8 7L0 2.6M1.7 4.1L5 0',
  L: 'M0 7L0 0L4 0',
  M: 'M0 0L0 7L3 1.8L6 7L6 0',
  N: 'M0 0L0 7L5 0L5 7',
  O: 'OA3 3.5 3 3.5 0 360',
  P: 'M0 0L0 7L2.6 7A2.6 5.05 1.95 1.95 90 -90L0 3.1',
  Q: 'OA3 3.5 3 3.5 0 360M3.6 1.8L5.8 -0.6',
  R: 'M0 0L0 7L2.6 7A2.6 5.15 1.9 1.85 90 -90L0 3.3M2.4 3.3L4.9 0',
  S: 'OA2.4 5.3 2.05 1.7 30 270A2.4 1.8 2.2 1.8 90 -150',
  T: 'M0 7L5 7M2.5 0L2.5 7',
  U: 'M0 7L0 2.4A2.5 2.4 2.5 2.4 180 360L5 7',
  V: 'M0 7L2.5 0L5 7',
  W: 'M0 7L1.7 0L3.5 6.4L5.3 0L7 7',
  X: 'M0 0L4.8 7M0 7L4.8 0',
  Y: 'M0 7L2.5 3.3L5 7M2.5 3.3L2.5 0',
  Z: 'M0 7L4.7 7L0 0L4.8 0',
  a: 'M0.4 4.2Q0.9 5 2 5Q3.8 5 3.8 3.2L3.8 0M3.8 2.9L2 2.8Q0 2.6 0 1.3Q0 0 1.6 0Q3.2 0 3.8 1.3',
  b: 'M0 0L0 7OA2.05 2.5 2.05 2.5 0 360',
  c: 'OA2.2 2.5 2.2 2.5 50 310',
  d: 'M4.1 0L4.1 7OA2.05 2.5 2.05 2.5 0 360',
  e: 'M0 2.6L4.2 2.6A2.1 2.5 2.1 2.5 0 312',
  f: 'M3 6.9Q1.2 7.2 1.2 5.4L1.2 0M0 4.7L2.8 4.7',
  g: 'OA2.05 2.5 2.05 2.5 0 360M4.1 5L4.1 0A2.1 0 2 2 0 -150',
  h: 'M0 0L0 7M0 3A1.9 3 1.9 2 180 0L3.8 0',
  i: 'M0 0L0 5M0 6.7L0 6.9',
  j: 'M1 5L1 -0.9Q1 -2 -0.3 -2M1 6.7L1 6.9',
  k: 'M0 0L0 7M3.5 5L0 1.8M1.3 3L3.7 0',
  l: 'M0 7L0 1.1Q0 0 1.1 0',
  m: 'M0 0L0 5M0 3.3A1.55 3.3 1.55 1.7 180 0L3.1 0M3.1 3.3A4.65 3.3 1.55 1.7 180 0L6.2 0',
  n: 'M0 0L0 5M0 3A1.9 3 1.9 2 180 0L3.8 0',
  o: 'OA2.15 2.5 2.15 2.5 0 360',
  p: 'M0 -2L0 5OA2.05 2.5 2.05 2.5 0 360',
  q: 'M4.1 -2L4.1 5OA2.05 2.5 2.05 2.5 0 360',
  r: 'M0 0L0 5M0 3Q0.3 5.1 2.4 4.9',
  s: 'OA1.75 3.72 1.55 1.28 35 270A1.75 1.22 1.65 1.22 90 -150',
  t: 'M1.2 6.6L1.2 1.3Q1.2 0 2.8 0.1M0 4.9L2.8 4.9',
  u: 'M0 5L0 2A1.9 2 1.9 2 180 360L3.8 5M3.8 5L3.8 0',
  v: 'M0 5L2 0L4 5',
  w: 'M0 5L1.5 0L3.1 4.7L4.7 0L6.2 5',
  x: 'M0 0L3.8 5M0 5L3.8 0',
  y: 'M0 5L2.1 0M4.2 5L1.6 -1.3Q1.3 -2 0.3 -2',
  z: 'M0 5L3.7 5L0 0L3.8 0',
  '0': 'OA2.3 3.5 2.3 3.5 0 360',
  '1': 'M0.2 5.6L1.8 7L1.8 0M0.4 0L3.2 0',
  '2': 'M0.1 5.1Q0.3 7 2.3 7Q4.4 7 4.4 5.1Q4.4 3.8 2.8 2.6L0 0L4.6 0',
  '3': 'M0.2 6.1Q0.9 7 2.2 7Q4.2 7 4.2 5.3Q4.2 3.7 1.5 3.7M1.5 3.7Q4.5 3.7 4.5 1.9Q4.5 0 2.1 0Q0.7 0 0 1',
  '4': 'M3.6 0L3.6 7L0 2L4.9 2',
  '5': 'M4.2 7L0.7 7L0.4 3.9Q1.2 4.4 2.2 4.4Q4.5 4.4 4.5 2.2Q4.5 0 2.1 0Q0.7 0 0 0.9',
  '6': 'OA2.3 2.2 2.3 2.2 0 360M0 2.2Q0 5.8 3.4 7',
  '7': 'M0 7L4.5 7L1.5 0',
  '8': 'OA2.3 5.3 1.9 1.7 0 360OA2.3 1.85 2.3 1.85 0 360',
  '9': 'OA2.3 4.8 2.3 2.2 0 360M4.6 4.8Q4.6 1.2 1.2 0',
  '.': 'M0 0L0 0.2',
  ',': 'M0.5 0.2L0 -1.3',
  ':': 'M0 0L0 0.2M0 4.2L0 4.4',
  ';': 'M0.5 0.2L0 -1.3M0.4 4.2L0.4 4.4',
  '!': 'M0 2L0 7M0 0L0 0.2',
  '?': 'M0 5.4Q0.2 7 2 7Q4 7 4 5.3Q4 4.2 2.8 3.5Q2 3 2 2M2 0L2 0.2',
  "'": 'M0 5.2L0 7',
  '"': 'M0 5.2L0 7M1.6 5.2L1.6 7',
  '-': 'M0 2.6L2.6 2.6',
  _: 'M0 -1L4.6 -1',
  '+': 'M0 2.8L4.4 2.8M2.2 0.6L2.2 5',
  '=': 'M0 1.8L4.4 1.8M0 3.8L4.4 3.8',
  '/': 'M0 -0.8L2.8 7.4',
  '\\': 'M0 7.4L2.8 -0.8',
  '(': 'M1.6 -1.5Q-0.9 3 1.6 7.5',
  ')': 'M0 -1.5Q2.5 3 0 7.5',
  '[': 'M1.5 -1.4L0 -1.4L0 7.4L1.5 7.4',
  ']': 'M0 -1.4L1.5 -1.4L1.5 7.4L0 7.4',
  '{': 'M2 7.4Q0.9 7.4 0.9 6L0.9 4.3Q0.9 3 0 3Q0.9 3 0.9 1.7L0.9 0Q0.9 -1.4 2 -1.4',
  '}': 'M0 7.4Q1.1 7.4 1.1 6L1.1 4.3Q1.1 3 2 3Q1.1 3 1.1 1.7L1.1 0Q1.1 -1.4 0 -1.4',
  '<': 'M4 5L0 2.8L4 0.6',
  '>': 'M0 5L4 2.8L0 0.6',
  '|': 'M0 -1.5L0 7.5',
  '*': 'M1.5 3.6L1.5 7M0 4.4L3 6.2M0 6.2L3 4.4',
  '#': 'M0.4 0L1.6 7M2.9 0L4.1 7M0 2.3L4.2 2.3M0.3 4.7L4.5 4.7',
  $: 'OA2.4 5 2 1.5 30 270A2.4 2 2.2 1.5 90 -150M2.4 -0.8L2.4 7.6',
  '%': 'OA1.2 5.6 1.2 1.4 0 360OA5.2 1.4 1.2 1.4 0 360M1.2 0L5.2 7',
  '&': 'M5 0L1 5Q0.4 7 2 7Q3.6 7 3.2 5.2Q3 4.4 1.4 3.6Q0 2.8 0 1.7Q0 0 2 0Q4 0 4.8 2.8',
  '@': 'OA3.4 2.8 1.5 1.6 0 360M4.9 4.4L4.9 2Q5 1.2 5.8 1.3Q6.8 1.6 6.6 3.4A3.4 3 3.3 3.8 10 300',
  '~': 'M0 2.4Q1 4 2.2 3Q3.4 2 4.4 3.4',
  '^': 'M0 4.6L1.8 7L3.6 4.6',
  '`': 'M0 7L1.2 5.8',
};

type Point = readonly [number, number];
interface Glyph {
  readonly lines: readonly (readonly [Point, Point])[];
  readonly width: number;
}

const CURVE_STEPS = 8;
const ARC_DEGREES = 10;
const BETWEEN = 1.7;
const SPACE = 2.6;
const MONO_ADVANCE = 6.2;
const MONO_WIDTH = 5;

function parse(path: string): Glyph {
  const lines: [Point, Point][] = [];
  let width = 0;
  let pen: Point | undefined;
  const to = (point: Point): void => {
    if (pen) lines.push([pen, point]);
    pen = point;
    width = Math.max(width, point[0]);
  };
  for (const [, command, rest] of path.matchAll(/([MLQAO])([^MLQAO]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (rest ?? '').trim().split(/\s+/).map(Number);
    if (command === 'O' || command === 'M') pen = undefined;
    if (command === 'M' || command === 'L') to([a, b]);
    if (command === 'Q') {
      const [x = 0, y = 0] = pen ?? [];
      for (let i = 1; i <= CURVE_STEPS; i += 1) {
        const t = i / CURVE_STEPS;
        const u = 1 - t;
        to([u * u * x + 2 * u * t * a + t * t * c, u * u * y + 2 * u * t * b + t * t * d]);
      }
    }
    if (command === 'A') {
      const steps = Math.max(1, Math.round(Math.abs(f - e) / ARC_DEGREES));
      for (let i = 0; i <= steps; i += 1) {
        const angle = ((e + ((f - e) * i) / steps) * Math.PI) / 180;
        to([a + c * Math.cos(angle), b + d * Math.sin(angle)]);
      }
    }
  }
  return { lines, width };
}

const parsed = new Map(Object.entries(glyphs).map(([char, path]) => [char, parse(path)]));
const unknown = parse('M0 0L0 7L4 7L4 0L0 0');

/** A picture to draw on: RGB bytes. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Rgb = readonly [number, number, number];

export interface TextStyle {
  /** px from the left edge to the first letter. */
  readonly x: number;
  /** px from the top edge to the baseline. */
  readonly y: number;
  /** Font size, px: capitals are 0.7 of it high. */
  readonly size: number;
  readonly colour: Rgb;
  /** Stroke width in units; 0.9 is regular, 1.5 bold. */
  readonly weight?: number;
  /** Every letter takes the same room, as in a terminal. */
  readonly mono?: boolean;
}

export function canvas(width: number, height: number, colour: Rgb): Canvas {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i += 1) data[i] = colour[i % 3] ?? 0;
  return { width, height, data };
}

export function fillRect(on: Canvas, x: number, y: number, width: number, height: number, colour: Rgb): void {
  const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))];
  const [right, bottom] = [
    Math.min(on.width, Math.round(x + width)),
    Math.min(on.height, Math.round(y + height)),
  ];
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) on.data.set(colour, (row * on.width + column) * 3);
  }
}

function advance(char: string, mono: boolean): number {
  if (mono) return MONO_ADVANCE;
  return char === ' ' ? SPACE + BETWEEN : (parsed.get(char) ?? unknown).width + BETWEEN;
}

/** Draws one smooth line, px. */
function stroke(on: Canvas, [ax, ay]: Point, [bx, by]: Point, half: number, ink: Float32Array): void {
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - half - 1));
  const right = Math.min(on.width - 1, Math.ceil(Math.max(ax, bx) + half + 1));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - half - 1));
  const bottom = Math.min(on.height - 1, Math.ceil(Math.max(ay, by) + half + 1));
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const cover = Math.max(0, Math.min(1, half + 0.5 - distance));
      const at = y * on.width + x;
      if (cover > (ink[at] ?? 0)) ink[at] = cover;
    }
  }
}

/** Draws one line of text and returns the x at which it ends. What the font lacks is drawn as a box. */
export function drawText(on: Canvas, text: string, style: TextStyle): number {
  const scale = style.size / 10;
  const half = ((style.weight ?? 0.9) * scale) / 2;
  // Only the rows that letters reach are worked on.
  const first = Math.max(0, Math.floor(style.y - style.size));
  const last = Math.min(on.height, Math.ceil(style.y + style.size / 2));
  const band: Canvas = { ...on, height: Math.max(0, last - first) };
  const ink = new Float32Array(band.width * band.height);
  let x = style.x;
  for (const char of text) {
    const room = advance(char, style.mono ?? false);
    if (char !== ' ') {
      const glyph = parsed.get(char) ?? unknown;
      // A wide letter is squeezed into its cell.
      const squeeze = style.mono ? Math.min(1, MONO_WIDTH / glyph.width) : 1;
      const left = x + (style.mono ? ((MONO_ADVANCE - BETWEEN - glyph.width * squeeze) / 2) * scale : 0);
      const place = ([gx, gy]: Point): Point => [left + gx * squeeze * scale, style.y - first - gy * scale];
      for (const [from, to] of glyph.lines) stroke(band, place(from), place(to), half, ink);
    }
    x += room * scale;
  }
  for (let i = 0; i < ink.length; i += 1) {
    const cover = ink[i] ?? 0;
    if (cover === 0) continue;
    for (let c = 0; c < 3; c += 1) {
      const at = (first * on.width + i) * 3 + c;
      on.data[at] = Math.round((on.data[at] ?? 0) * (1 - cover) + (style.colour[c] ?? 0) * cover);
    }
  }
  return x;
}
