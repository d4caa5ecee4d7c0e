import type { Word } from 'tesseract.js';
import type { ReadLine } from '../../core/screenText.ts';

/** Words read with less confidence are left out, 0..100 ... */
const LEAST_CONFIDENCE = 30;
/** ... or with less than this on a page that is read well: what is odd there is code, not a texture. */
const GOOD_PAGE = 75;
const LEAST_ON_GOOD_PAGE = 3;
/** How much a line's confidence leans on the page's: odd wording is likelier to be text where the rest is. */
const LEAN = 0.65;
/** A gap of so many line heights parts two columns. */
const COLUMN_GAP = 4;

type ReadWord = Pick<Word, 'text' | 'confidence' | 'bbox'>;
interface RawLine {
  readonly words: readonly ReadWord[];
  readonly bbox: Word['bbox'];
}

/** Mean confidence over the letters, 0..100. */
function confidenceOf(words: readonly ReadWord[]): number {
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  const sure = words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return sure / Math.max(1, letters);
}

function lineOf(words: readonly ReadWord[], page: number, factor: number): ReadLine {
  const left = Math.min(...words.map(({ bbox }) => bbox.x0));
  const top = Math.min(...words.map(({ bbox }) => bbox.y0));
  const right = Math.max(...words.map(({ bbox }) => bbox.x1));
  const bottom = Math.max(...words.map(({ bbox }) => bbox.y1));
  return {
    text: words.map(({ text }) => text).join(' '),
    confidence: Math.round(confidenceOf(words) * (1 - LEAN) * 10 + page * LEAN * 10) / 1000,
    box: {
      left: Math.floor(left / factor),
      top: Math.floor(top / factor),
      width: Math.floor((right - left) / factor),
      height: Math.floor((bottom - top) / factor),
    },
  };
}

/** Lines in reading order; those that run across columns are parted. `factor`: how much the picture was enlarged. */
export function linesOf(
  blocks: readonly { readonly paragraphs: readonly { readonly lines: readonly RawLine[] }[] }[],
  factor: number,
): readonly ReadLine[] {
  const raw = blocks.flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  const page = confidenceOf(raw.flatMap(({ words }) => words));
  const least = page >= GOOD_PAGE ? LEAST_ON_GOOD_PAGE : LEAST_CONFIDENCE;
  const lines: ReadLine[] = [];
  for (const { words, bbox } of raw) {
    const gap = (bbox.y1 - bbox.y0) * COLUMN_GAP;
    let run: ReadWord[] = [];
    for (const word of words.filter(({ confidence }) => confidence >= least)) {
      const last = run.at(-1);
      if (last && word.bbox.x0 - last.bbox.x1 > gap) {
        lines.push(lineOf(run, page, factor));
        run = [];
      }
      run.push(word);
    }
    if (run.length > 0) lines.push(lineOf(run, page, factor));
  }
  return lines;
}
