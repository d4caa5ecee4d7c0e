/** A picture of one colour, as the exams show it: 8-bit RGB. */
export interface ExamPicture {
  readonly colour: string;
  readonly rgb: readonly [number, number, number];
}

export const EXAM_PICTURES: readonly ExamPicture[] = [
  { colour: 'red', rgb: [220, 20, 20] },
  { colour: 'green', rgb: [20, 170, 40] },
  { colour: 'blue', rgb: [20, 50, 220] },
  { colour: 'yellow', rgb: [240, 220, 30] },
];

/** Draws a filled square on white, a third of the picture wide. */
export function drawSquare({ rgb }: ExamPicture, sidePx: number): Uint8Array {
  const pixels = new Uint8Array(sidePx * sidePx * 3).fill(255);
  const [from, to] = [Math.floor(sidePx / 3), Math.ceil((2 * sidePx) / 3)];
  for (let y = from; y < to; y += 1) for (let x = from; x < to; x += 1) pixels.set(rgb, (y * sidePx + x) * 3);
  return pixels;
}
