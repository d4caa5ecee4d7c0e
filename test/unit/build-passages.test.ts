import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { splitLine, withLanguages } from '../../server/src/core/language/lines.ts';
import { buildOutline } from '../../server/src/core/ranking/build-outline.ts';
import { buildPassages } from '../../server/src/core/ranking/build-passages.ts';
import { ITEMS_PER_STEP, runSteps } from '../../server/src/core/text/steps.ts';
import { copyOf } from '../support/store-rows.ts';

function line(startMs: number, endMs: number, text: string, more: Partial<Line> = {}): Line {
  return { kind: 'speech', text, startMs, endMs, source: 'a.srt', language: 'en', ...more };
}

function build(lines: readonly Line[], uri = '') {
  return runSteps(buildPassages({ videoId: 'v1', uri, rows: [{ lines }] }));
}

test('given lines, when passages are built, then they are 60 s windows every 30 s, none without a line of its own', () => {
  const made = build([
    line(1_000, 4_000, 'apples'),
    line(40_000, 44_000, 'pears'),
    line(95_000, 99_000, 'plums'),
  ]);
  assert.deepEqual(
    made.map(({ startMs, endMs, terms }) => [startMs, endMs, terms.replace(/ zz\w+$/, '')]),
    [
      [0, 60_000, 'appl pear'],
      [30_000, 90_000, 'pear'],
      [60_000, 120_000, 'plum'],
    ],
  );
});

test('given the same lines, then passage ids are the same; given another copy, then they differ', () => {
  const lines = [line(0, 2_000, 'apples')];
  assert.deepEqual(build(lines), build(lines));
  assert.equal(build(lines)[0]?.id, 'v1.0');
  assert.notEqual(build(lines, 'file:///a.mp4')[0]?.id, build(lines, 'file:///b.mp4')[0]?.id);
});

test('given lines beside a window, then the nearest on each side is context, without its terms', () => {
  const made = build([
    line(50_000, 58_000, 'before'),
    line(61_000, 64_000, 'apples'),
    line(121_000, 124_000, 'pears'),
  ]);
  const middle = made.find(({ startMs }) => startMs === 60_000);
  assert.deepEqual(
    middle?.lines.map(({ text }) => text),
    ['before', 'apples', 'pears'],
  );
  assert.match(middle?.terms ?? '', /^appl zz/);
});

test('given a long cue, when split, then its pieces share its time in proportion', () => {
  const pieces = splitLine(line(10_000, 40_000, 'one two three four five six'));
  assert.deepEqual(
    pieces.map(({ startMs, endMs, text }) => [startMs, endMs, text]),
    [
      [10_000, 20_000, 'one two'],
      [20_000, 30_000, 'three four'],
      [30_000, 40_000, 'five six'],
    ],
  );
  assert.equal(splitLine(line(0, 10_000, 'a b c')).length, 1);
  assert.equal(splitLine(line(0, 60_000, 'alone')).length, 1);
  const chinese = splitLine(line(0, 20_000, '我们今天学习机器学习和人工智能', { language: 'zh' }));
  assert.equal(chinese.map(({ text }) => text).join(''), '我们今天学习机器学习和人工智能');
  assert.equal(chinese.length, 2);
});

test('given measured facts, then their terms cannot match ordinary words', () => {
  const [passage, ...others] = build([line(0, 30_000, 'red, still picture', { kind: 'facts' })]);
  assert.deepEqual(others, []);
  assert.equal(passage?.terms, 'zzfactzzred zzfactzzstill zzfactzzpictur');
});

test('given speakers, then their names are terms, once at each change of speaker', () => {
  const [passage] = build([
    line(0, 2_000, 'apples', { speaker: 'Ana Bell' }),
    line(2_000, 4_000, 'pears', { speaker: 'Ana Bell' }),
    line(4_000, 6_000, 'plums', { speaker: 'Tom' }),
  ]);
  assert.match(passage?.terms ?? '', /^ana bell appl pear tom plum zz/);
});

test('given a line at the edge of two clips, then it counts once', () => {
  const both = line(29_000, 31_000, 'apples');
  const made = runSteps(
    buildPassages({ videoId: 'v1', uri: '', rows: [{ lines: [both] }, { lines: [both] }] }),
  );
  assert.equal(made[0]?.lines.length, 1);
});

test('given an absurd time, then the number of passages stays small', () => {
  const made = build([
    line(0, 1_000, 'apples'),
    line(0, 9e12, 'Introduction', { kind: 'title' }),
    line(8e12, 8e12 + 1_000, 'pears'),
  ]);
  assert.ok(made.length >= 2 && made.length < 25, String(made.length));
});

test('given lines without a language, then they get that of their track or of the words around them', () => {
  const german = 'Wir sprechen heute über den Haushalt der Stadt und über die neuen Pläne für den Bahnhof.';
  const lines = withLanguages([
    line(0, 1, german, { language: undefined }),
    line(1, 2, 'Ja.', { language: 'und' }),
    line(2, 3, 'hello', { language: 'eng', source: 'b.srt' }),
  ]);
  assert.deepEqual(
    lines.map(({ language }) => language),
    ['de', 'de', 'en'],
  );
});

test('given a video of many hours, when its passages and outline are built, then each step handles a small part of it', () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => line(at * 2_000, at * 2_000 + 1_900, `word ${at}`));
  const facts = lines.map((each): Line => ({ ...each, kind: 'facts', source: 'measured' }));
  const rows = [{ lines }, { lines: facts }];
  const countSteps = (steps: Iterator<undefined, unknown>) => {
    let count = 0;
    while (steps.next().done !== true) count += 1;
    return count;
  };
  const passages = countSteps(buildPassages({ videoId: 'v1', uri: '', rows }));
  const outline = countSteps(buildOutline(copyOf('file:///a.mp4', 'v1'), undefined, rows));
  // Facts, words of compounds, terms of lines, windows: each in steps of at most some hundred.
  assert.ok(passages > 3 * (lines.length / ITEMS_PER_STEP), `${passages} steps`);
  assert.ok(outline > lines.length / ITEMS_PER_STEP, `${outline} steps`);
});
