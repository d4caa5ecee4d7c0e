import assert from 'node:assert/strict';
import test from 'node:test';
import { editDistance } from '../../server/src/core/language/edit-distance.ts';
import {
  isPlausibleText,
  mergeOcrLines,
  type OcrReading,
  type ScreenTextLine,
} from '../../server/src/core/media/merge-ocr-lines.ts';

const line = (text: string, top = 0, confidence = 0.9): ScreenTextLine => ({
  text,
  confidence,
  box: { left: 10, top, width: text.length * 8, height: 16 },
});
/** Readings of 10 s each, one after the other; a line is its text, or text and confidence. */
const readings = (...pages: (readonly (string | ScreenTextLine)[])[]): OcrReading[] =>
  pages.map((lines, i) => ({
    startMs: i * 10_000,
    endMs: (i + 1) * 10_000,
    lines: lines.map((of, at) => (typeof of === 'string' ? line(of, at * 20) : of)),
  }));
const shown = (...pages: (readonly (string | ScreenTextLine)[])[]): [string, number, number][] =>
  mergeOcrLines(readings(...pages), 'test').map(({ text, startMs, endMs }) => [
    text,
    startMs / 1000,
    endMs / 1000,
  ]);

test('given a line on several readings, when merged, then it is one over its whole time', () => {
  assert.deepEqual(shown(['Budget', 'Travel costs'], ['Budget', 'Staff costs'], ['Budget']), [
    ['Budget', 0, 30],
    ['Travel costs', 0, 10],
    ['Staff costs', 10, 20],
  ]);
});

test('given readings that differ slightly, when merged, then they are one line, in the most confident reading', () => {
  assert.deepEqual(
    shown(
      [line('Quarterly budqet for travel', 0, 0.7)],
      [line('Quarterly budget for travel', 0, 0.95)],
      [line('Quarterly budget for trave1', 0, 0.6)],
    ).map(([text]) => text),
    // The digit tells the last one apart.
    ['Quarterly budget for travel', 'Quarterly budget for trave1'],
  );
  assert.deepEqual(shown(['the winter mi1l opens'], ['the winter mi1l  opens.']), [
    ['the winter mi1l opens', 0, 20],
  ]);
});

test('given lines that differ in a number or are short, when merged, then they stay apart', () => {
  assert.deepEqual(shown(['Step 1 of the plan'], ['Step 2 of the plan']), [
    ['Step 1 of the plan', 0, 10],
    ['Step 2 of the plan', 10, 20],
  ]);
  assert.deepEqual(shown(['left'], ['lift']).length, 2);
});

test('given a line that scrolls, when merged, then it is one', () => {
  const first = [line('$ npm run build', 100), line('error in parser.ts', 120)];
  const second = [line('$ npm run build', 40), line('error in parser.ts', 60), line('$ npm test', 80)];
  assert.deepEqual(shown(first, second), [
    ['$ npm run build', 0, 20],
    ['error in parser.ts', 0, 20],
    ['$ npm test', 10, 20],
  ]);
});

test('given a line that is being typed, when merged, then it is one, at its longest', () => {
  assert.deepEqual(shown(['$ npm ru'], ['$ npm run bui'], ['$ npm run build']), [['$ npm run build', 0, 30]]);
  // The cursor was read as letters.
  assert.deepEqual(shown(['ana@reef:~$ lI'], ['ana@reef:~$ df -h /var']), [
    ['ana@reef:~$ df -h /var', 0, 20],
  ]);
});

test('given a line that one reading missed, then it goes on; given one that returns later, then it is new', () => {
  assert.deepEqual(shown(['Chapter two'], [], ['Chapter two']), [['Chapter two', 0, 30]]);
  assert.deepEqual(shown(['Chapter two'], [], [], ['Chapter two']), [
    ['Chapter two', 0, 10],
    ['Chapter two', 30, 40],
  ]);
});

test('given two equal lines on a screen, when merged, then they are two', () => {
  assert.deepEqual(shown(['Cancel', 'Cancel'], ['Cancel', 'Cancel']), [
    ['Cancel', 0, 20],
    ['Cancel', 0, 20],
  ]);
});

test('given readings, then noise is not plausible text, and text of any script is', () => {
  const kept = ['Go now', '第三季度预算', 'Übersicht', '42%', 'a = b + 1;', '3.5 kg'];
  const dropped = ['|', '~~ -- .', '=*=|', 'x', '(', '· · · :', '— e'];
  for (const text of kept) assert.ok(isPlausibleText(line(text)), text);
  for (const text of dropped) assert.ok(!isPlausibleText(line(text)), text);
  assert.ok(!isPlausibleText(line('looks like words', 0, 0.4)));
  assert.ok(!isPlausibleText(line('ab', 0, 0.7)));
});

test('given hostile screen text, when merged, then control characters go, and length and number are bounded', () => {
  assert.deepEqual(shown(['run \u001b[31mred\u0007 \u202ewords'])[0]?.[0], 'run [31mred words');
  assert.ok((shown(['word '.repeat(1000)])[0]?.[0].length ?? 0) <= 400);
  assert.ok(shown(Array.from({ length: 2000 }, (_, i) => `line number ${i}`)).length <= 300);
});

test('given readings, when merged, then lines have kind and source', () => {
  assert.deepEqual(mergeOcrLines(readings(['Budget']), 'tesseract.js eng'), [
    { startMs: 0, endMs: 10_000, kind: 'screenText', text: 'Budget', source: 'tesseract.js eng' },
  ]);
});

test('given two words and a bound, then the edit distance is right, up to one more than the bound', () => {
  assert.equal(editDistance('kitten', 'sitting', 9), 3);
  assert.equal(editDistance('kitten', 'sitting', 2), 3);
  assert.equal(editDistance('', 'abc', 5), 3);
  assert.equal(editDistance('abcdef', 'uvwxyz', 1), 2);
  assert.equal(editDistance('same', 'same', 0), 0);
});

test('given the size of the picture, when lines are merged, then each has its last place, as shares of the picture', () => {
  const picture = { width: 800, height: 400 };
  const [budget] = mergeOcrLines(
    [
      { startMs: 0, endMs: 5000, lines: [line('Budget', 100)], picture },
      { startMs: 5000, endMs: 9000, lines: [line('Budget', 104)], picture },
    ],
    'test',
  );
  assert.deepEqual(budget?.box, { left: 0.0125, top: 0.26, width: 0.06, height: 0.04, aspect: 2 });
  const [unknown] = mergeOcrLines(readings(['Budget']), 'test');
  assert.ok(unknown && !('box' in unknown));
});
