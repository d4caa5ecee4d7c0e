import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  countColumns,
  layOutSubtitles,
  MAX_ROW_COLUMNS,
  MAX_SUBTITLE_MS,
  MIN_SUBTITLE_MS,
} from '../../server/src/exporting/subtitle-layout.ts';

const line = (startMs: number, endMs: number, text: string, speaker?: string) => ({
  startMs,
  endMs,
  text,
  ...(speaker === undefined ? {} : { speaker }),
});

test('given a short line, when it is laid out, then it is one row, and it stays for at least a second', () => {
  assert.deepEqual(layOutSubtitles([line(2_000, 2_300, 'Good evening.')]), [
    { startMs: 2_000, endMs: 3_000, rows: ['Good evening.'] },
  ]);
});

test('given a line of over 42 columns, then it has two rows of about equal length, broken at a clause', () => {
  const [subtitle] = layOutSubtitles([
    line(0, 4_000, 'If your fish looks bored, blame the bowl and not its memory.'),
  ]);
  assert.deepEqual(subtitle?.rows, ['If your fish looks bored,', 'blame the bowl and not its memory.']);
});

test('given a line of over two rows, then it becomes several subtitles that share its time by length', () => {
  const text =
    'Goldfish were given a lever that released food when they pushed it. Then the lever worked for only one hour of the day.';
  const subtitles = layOutSubtitles([line(10_000, 20_000, text)]);
  assert.deepEqual(subtitles.map(({ rows }) => rows.join(' ')).join(' '), text);
  assert.equal(subtitles.length, 2);
  assert.equal(subtitles[0]?.startMs, 10_000);
  assert.ok((subtitles[1]?.startMs ?? 0) > 15_000);
  assert.equal(subtitles[1]?.rows.join(' '), 'Then the lever worked for only one hour of the day.');
});

test('given a line of Chinese, then a wide character takes two columns and no row begins with a comma', () => {
  const [first, ...more] = layOutSubtitles([
    line(0, 6_000, '市图书馆从下个月起延长开放时间，每天开到晚上十点，周末和节假日也不例外。'),
  ]);
  for (const { rows } of [first, ...more].filter((subtitle) => subtitle !== undefined))
    for (const row of rows) {
      assert.ok(countColumns(row) <= MAX_ROW_COLUMNS, row);
      assert.doesNotMatch(row, /^[，。]/);
    }
});

test('given speakers, then a subtitle names the speaker where the speaker changes', () => {
  const lines = [
    line(0, 2_000, 'Which rice?', 'Tom'),
    line(2_100, 4_000, 'Carnaroli.', 'Ana'),
    line(4_200, 6_000, 'It keeps its bite.', 'Ana'),
  ];
  assert.deepEqual(
    layOutSubtitles(lines, { speakers: true }).map(({ rows }) => rows),
    [['Tom: Which rice?'], ['Ana: Carnaroli.'], ['It keeps its bite.']],
  );
});

test('given any lines in time order, then no word is lost and every rule of rows and times holds', () => {
  const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.replace(/\s/g, '') || 'x');
  const lines = fc.array(
    fc.record({
      gapMs: fc.nat(5_000),
      lengthMs: fc.integer({ min: 1, max: 12_000 }),
      words: fc.array(word, { minLength: 1, maxLength: 40 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, (parts) => {
      let atMs = 0;
      const spoken = parts.map(({ gapMs, lengthMs, words }) => {
        const startMs = atMs + gapMs;
        atMs = startMs + lengthMs;
        return line(startMs, atMs, words.join(' '));
      });
      const subtitles = layOutSubtitles(spoken);
      const letters = (text: string) => text.replace(/\s+/g, '');
      assert.equal(
        letters(subtitles.flatMap(({ rows }) => rows).join('')),
        letters(spoken.map(({ text }) => text).join('')),
      );
      for (const [i, { startMs, endMs, rows }] of subtitles.entries()) {
        assert.ok(rows.length <= 2, JSON.stringify(rows));
        for (const row of rows) assert.ok(countColumns(row) <= MAX_ROW_COLUMNS, row);
        assert.ok(endMs > startMs && endMs - startMs <= MAX_SUBTITLE_MS);
        const next = subtitles[i + 1];
        if (next !== undefined) assert.ok(endMs <= next.startMs || endMs === startMs + 1);
        else assert.ok(endMs - startMs >= MIN_SUBTITLE_MS);
      }
    }),
  );
});
