import assert from 'node:assert/strict';
import test from 'node:test';
import { toOcrLines } from '../../server/src/adapters/tesseract/to-ocr-lines.ts';
import { isPlausibleText } from '../../server/src/core/media/merge-ocr-lines.ts';

interface Read {
  readonly text: string;
  readonly x: number;
  readonly confidence?: number;
}

/** One line of words 20 px high, each letter 10 px wide, as the engine gives it. */
function line(top: number, ...words: readonly Read[]) {
  const read = words.map(({ text, x, confidence = 90 }) => ({
    text,
    confidence,
    bbox: { x0: x, y0: top, x1: x + text.length * 10, y1: top + 20 },
  }));
  return { words: read, bbox: { x0: 0, y0: top, x1: 1000, y1: top + 20 } };
}
const read = (lines: readonly ReturnType<typeof line>[], factor = 1) =>
  toOcrLines([{ paragraphs: [{ lines }] }], factor);
const texts = (...lines: readonly ReturnType<typeof line>[]) => read(lines).map(({ text }) => text);

test('given words of a line, when joined, then distant columns are lines of their own', () => {
  assert.deepEqual(
    texts(
      line(0, { text: 'Filesystem', x: 0 }, { text: 'Size', x: 160 }, { text: 'Used', x: 230 }),
      line(30, { text: 'package.json', x: 0 }, { text: 'import', x: 300 }, { text: 'fs', x: 370 }),
    ),
    ['Filesystem Size Used', 'package.json', 'import fs'],
  );
});

test('given a page of high confidence, then odd words stay; given one of low, then they do not', () => {
  const odd = line(30, { text: '{"status":"ok"}', x: 0, confidence: 6 });
  const sentence = 'the address localhost:8080/health answers with a line of this kind';
  const good = line(0, { text: sentence, x: 0, confidence: 96 });
  assert.deepEqual(texts(good, odd), [sentence, '{"status":"ok"}']);
  assert.deepEqual(read([good, good, good, odd]).map(isPlausibleText), [true, true, true, true]);
  assert.deepEqual(texts(odd, line(60, { text: 'eee', x: 0, confidence: 40 })), ['eee']);
});

test('given lines of an enlarged picture, then boxes are in its original size and confidence leans on the page', () => {
  const [first, second] = read(
    [line(40, { text: 'aaaa', x: 20, confidence: 90 }), line(80, { text: 'bbbb', x: 20, confidence: 70 })],
    2,
  );
  assert.deepEqual(first, {
    text: 'aaaa',
    confidence: 0.835,
    box: { left: 10, top: 20, width: 20, height: 10 },
  });
  assert.equal(second?.confidence, 0.765);
});

test('given no words, then there are no lines', () => {
  assert.deepEqual(toOcrLines([], 1), []);
  assert.deepEqual(texts(line(0)), []);
});
