import assert from 'node:assert/strict';
import test from 'node:test';
import { clipNames, toSafeFileName } from '../../server/src/exporting/file-names.ts';
import type { SelectedMoment } from '../../server/src/exporting/selection.ts';

const check = (text: string, expected: string) => assert.equal(toSafeFileName(text), expected);

test('given any title, when made a file name, then it is one part of a path', () => {
  check('We ship in May: at last?', 'We ship in May at last');
  check('../../etc/passwd', 'etc passwd');
  check('..\\..\\windows', 'windows');
  check('/absolute', 'absolute');
  check('.hidden', 'hidden');
  check('~root', 'root');
  check('-rf x', 'rf x');
  check('a\u0000b\u001b[31m\nc\u202ed', 'a b [31m c d');
  check('ends in dots. . .', 'ends in dots');
  check('Größe 図', 'Größe 図');
});

test('given reserved and empty names, then they start with "clip"', () => {
  for (const name of ['con', 'NUL', 'com1', 'aux.x']) check(name, `clip ${name}`);
  for (const name of ['', '...', '/', '   ']) check(name, 'clip');
});

test('given a long name, then it is cut between characters', () => {
  const name = toSafeFileName('🐟'.repeat(200));
  assert.ok(Buffer.byteLength(name) <= 150);
  assert.equal(name, '🐟'.repeat(37));
});

test('given moments, when named, then names have video, time and words, and are unique', () => {
  const moment = (name: string, startMs: number, text: string): SelectedMoment => ({
    startMs,
    endMs: startMs + 2000,
    source: { uri: `file:///v/${name}`, name, durationMs: 60_000_000, video: true, codecs: [] },
    lines: text === '' ? [] : [{ startMs, endMs: startMs + 1000, text }],
  });
  const hostile = '../../<img>/:x';
  assert.deepEqual(
    clipNames([
      moment('talk.mp4', 83_200, 'We ship in May.'),
      moment('talk.mp4', 83_400, 'we ship in may.'),
      moment('silent.mkv', 3_723_000, ''),
      moment('a.b.mp4', 0, hostile),
    ]),
    ['talk 1.23 We ship in May', 'talk 1.23 we ship in may (2)', 'silent 1.02.03', 'a.b 0.00 .. .. img x'],
  );
});
