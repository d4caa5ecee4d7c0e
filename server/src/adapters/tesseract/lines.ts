import type { Block, Word } from 'tesseract.js';
import type { ReadLine } from '../../core/screenText.ts';

/** Words read with less confidence are left out, 0..100. */
const LEAST_CONFIDENCE = 30;
/** A gap of so many line heights parts two columns. */
const COLUMN_GAP = 2.2;

function lineOf(words: readonly Word[], factor: number): ReadLine {
  const left = Math.min(...words.map(({ bbox }) => bbox.x0));
  const top = Math.min(...words.map(({ bbox }) => bbox.y0));
  const right = Math.max(...words.map(({ bbox }) => bbox.x1));
  const bottom = Math.max(...words.map(({ bbox }) => bbox.y1));
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  const sure = words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return {
    text: words.map(({ text }) => text).join(' '),
    confidence: sure / Math.max(1, letters) / 100,
    box: {
      left: Math.round(left / factor),
      top: Math.round(top / factor),
      width: Math.round((right - left) / factor),
      height: Math.round((bottom - top) / factor),
    },
  };
}

/** Lines in reading order; those that run across columns are parted. `factor`: how much the picture was enlarged. */
export function linesOf(blocks: readonly Block[], factor: number): readonly ReadLine[] {
  const lines: ReadLine[] = [];
  for (const { words, bbox } of blocks.flatMap((block) => block.paragraphs.flatMap(({ lines }) => lines))) {
    const gap = (bbox.y1 - bbox.y0) * COLUMN_GAP;
    let run: Word[] = [];
    for (const word of words.filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)) {
      const last = run.at(-1);
      if (last && word.bbox.x0 - last.bbox.x1 > gap) {
        lines.push(lineOf(run, factor));
        run = [];
      }
      run.push(word);
    }
    if (run.length > 0) lines.push(lineOf(run, factor));
  }
  return lines;
}
