import type { Word } from 'tesseract.js';
import type { ScreenTextLine } from '../../core/media/merge-ocr-lines.ts';

/** Words with less confidence than this are dropped, 0..100. */
const MIN_CONFIDENCE = 30;
/**
 * On a page with at least this mean confidence, odd words are code and not texture, so a lower minimum
 * applies.
 */
const GOOD_PAGE_CONFIDENCE = 75;
const MIN_CONFIDENCE_ON_GOOD_PAGE = 3;
/**
 * Weight of the page's confidence in a line's: odd wording is more likely to be text if the rest of the page
 * is.
 */
const PAGE_CONFIDENCE_WEIGHT = 0.65;
/** A gap this many line heights wide separates two columns. */
const COLUMN_GAP_LINE_HEIGHTS = 4;

type TesseractWord = Pick<Word, 'text' | 'confidence' | 'bbox'>;
interface TesseractLine {
  readonly words: readonly TesseractWord[];
  readonly bbox: Word['bbox'];
}

/** Returns the mean confidence weighted by word length, 0..100. */
function meanConfidence(words: readonly TesseractWord[]): number {
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  const weightedSum = words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return weightedSum / Math.max(1, letters);
}

function toOcrLine(words: readonly TesseractWord[], pageConfidence: number, factor: number): ScreenTextLine {
  const left = Math.min(...words.map(({ bbox }) => bbox.x0));
  const top = Math.min(...words.map(({ bbox }) => bbox.y0));
  const right = Math.max(...words.map(({ bbox }) => bbox.x1));
  const bottom = Math.max(...words.map(({ bbox }) => bbox.y1));
  return {
    text: words.map(({ text }) => text).join(' '),
    confidence:
      Math.round(
        meanConfidence(words) * (1 - PAGE_CONFIDENCE_WEIGHT) * 10 +
          pageConfidence * PAGE_CONFIDENCE_WEIGHT * 10,
      ) / 1000,
    box: {
      left: Math.floor(left / factor),
      top: Math.floor(top / factor),
      width: Math.floor((right - left) / factor),
      height: Math.floor((bottom - top) / factor),
    },
  };
}

/**
 * Returns lines in reading order. A line that runs across columns is split. `factor` is the enlargement of
 * the picture.
 */
export function toOcrLines(
  blocks: readonly { readonly paragraphs: readonly { readonly lines: readonly TesseractLine[] }[] }[],
  factor: number,
): readonly ScreenTextLine[] {
  const rawLines = blocks.flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  const pageConfidence = meanConfidence(rawLines.flatMap(({ words }) => words));
  const minConfidence = pageConfidence >= GOOD_PAGE_CONFIDENCE ? MIN_CONFIDENCE_ON_GOOD_PAGE : MIN_CONFIDENCE;
  const lines: ScreenTextLine[] = [];
  for (const { words, bbox } of rawLines) {
    const gap = (bbox.y1 - bbox.y0) * COLUMN_GAP_LINE_HEIGHTS;
    let columnWords: TesseractWord[] = [];
    for (const word of words.filter(({ confidence }) => confidence >= minConfidence)) {
      const lastWord = columnWords.at(-1);
      if (lastWord && word.bbox.x0 - lastWord.bbox.x1 > gap) {
        lines.push(toOcrLine(columnWords, pageConfidence, factor));
        columnWords = [];
      }
      columnWords.push(word);
    }
    if (columnWords.length > 0) lines.push(toOcrLine(columnWords, pageConfidence, factor));
  }
  return lines;
}
