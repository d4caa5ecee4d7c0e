import type { Canvas } from '../test/support/media-spec.ts';
import { type Glyph, glyph } from './font.ts';

export type Colour = readonly [number, number, number];

interface Type {
  /** Height of a capital, px. */
  readonly size: number;
  readonly colour: Colour;
  /** Stroke, px; an eighth of the size where absent. */
  readonly stroke?: number;
}

/** Blends a colour into one pixel; `alpha` 0..1. */
function blend(canvas: Canvas, x: number, y: number, colour: Colour, alpha: number): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  const at = (y * canvas.width + x) * 3;
  for (let channel = 0; channel < 3; channel += 1) {
    const before = canvas.data[at + channel] ?? 0;
    canvas.data[at + channel] = before + ((colour[channel] ?? 0) - before) * alpha;
  }
}

/** Draws one glyph with smooth edges: a pixel is covered as far as it lies within half a stroke of a segment. */
function drawGlyph(
  canvas: Canvas,
  { width, segments }: Glyph,
  left: number,
  top: number,
  scaleX: number,
  type: Type,
) {
  const scaleY = type.size / 10;
  const half = (type.stroke ?? type.size / 8) / 2;
  const right = Math.ceil(left + width * scaleX + half + 2);
  for (let y = Math.floor(top - half - 2); y <= top + 13.5 * scaleY + half + 1; y += 1) {
    for (let x = Math.floor(left - half - 2); x <= right; x += 1) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const { x0, y0, x1, y1 } of segments) {
        const ax = left + x0 * scaleX;
        const ay = top + y0 * scaleY;
        const dx = (x1 - x0) * scaleX;
        const dy = (y1 - y0) * scaleY;
        const length = dx * dx + dy * dy;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
        nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
      }
      const alpha = Math.min(1, Math.max(0, half + 0.5 - nearest));
      if (alpha > 0) blend(canvas, x, y, type.colour, alpha);
    }
  }
}

/** Writes a line whose capitals begin at `top`, letters as wide as they are. */
export function write(canvas: Canvas, text: string, left: number, top: number, type: Type): void {
  const unit = type.size / 10;
  let x = left;
  for (const character of text) {
    const shape = glyph(character);
    drawGlyph(canvas, shape, x, top, unit, type);
    x += (shape.width + 2.6) * unit;
  }
}

/** Writes a line into cells of equal width, as a terminal does; wide letters are narrowed. */
export function writeCells(
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  cell: number,
  type: Type,
) {
  const unit = type.size / 10;
  for (const [index, character] of [...text].entries()) {
    const shape = glyph(character);
    const room = cell - 3.5;
    const scaleX = Math.min(unit, room / Math.max(shape.width, 0.1));
    drawGlyph(canvas, shape, left + index * cell + (cell - shape.width * scaleX) / 2, top, scaleX, type);
  }
}
