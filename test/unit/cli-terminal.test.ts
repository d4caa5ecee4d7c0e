import assert from 'node:assert/strict';
import test from 'node:test';
import type { Hit, HitLine } from '../../server/protocol/search.ts';
import type { CommandContext } from '../../server/src/cli/context.ts';
import { formatCitations, formatHits } from '../../server/src/cli/moment-line.ts';
import {
  displayWidth,
  supportsLinks,
  toTerminalLink,
  truncateToWidth,
  wrapText,
} from '../../server/src/cli/terminal.ts';
import { runToEnd as run } from '../support/cli.ts';
import { aHit } from '../support/fake-library.ts';

const terminal = (columns: number, env: NodeJS.ProcessEnv = { NO_COLOR: '1' }) =>
  ({ out: { isTTY: true, columns }, env }) as unknown as CommandContext;
const pipe = { out: { isTTY: false }, env: {} } as unknown as CommandContext;

function hit(path: string, text: string, word: string, more: Partial<HitLine> = {}): Hit {
  const start = text.indexOf(word);
  const matches = start < 0 ? [] : [{ start, end: start + word.length }];
  const line: HitLine = {
    kind: 'speech',
    text,
    startMs: 8000,
    endMs: 9000,
    source: 's',
    seekMs: 8000,
    matches,
    ...more,
  };
  return { ...aHit, path, uri: 'file:///v/a%20b.mp4', startMs: 6000, endMs: 9000, evidence: [line] };
}

/** A text without colours and links. */
const plain = (text: string) => text.replace(/\u001b\]8;;[^\u001b]*\u001b\\|\u001b\[\d+m/g, '');

test('given a terminal, when hits are printed, then each is one line of at most its width, and the match is in it', () => {
  const text = `${'something else is said before that '.repeat(5)}and the lever moves`;
  for (const columns of [40, 60, 80, 120]) {
    const lines = formatHits(
      [hit('/v/talk.mp4', text, 'lever'), hit('/v/other.mp4', 'lever', 'lever')],
      terminal(columns),
    ).split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
    assert.match(lines[0] ?? '', /^ 1\. {3}0:08 {2}talk\.mp4 {2}said: .*lever/);
  }
});

test('given matching words, when a terminal has colours, then they are highlighted, and nothing else of the text', () => {
  const out = formatHits([hit('/v/a.mp4', 'the lever moves', 'lever')], terminal(100, {}));
  assert.ok(out.includes('the \u001b[33m\u001b[1mlever\u001b[22m\u001b[39m moves'), JSON.stringify(out));
});

test('given a terminal that shows links, when hits are printed, then second and name lead to the moment', () => {
  const linking = terminal(100, { NO_COLOR: '1', TERM_PROGRAM: 'vscode' });
  const out = formatHits([hit('/v/a.mp4', 'the lever', 'lever')], linking);
  assert.ok(
    out.includes('\u001b]8;;file:///v/a%20b.mp4#t=8,9\u001b\\  0:08  a.mp4\u001b]8;;\u001b\\'),
    JSON.stringify(out),
  );
  assert.equal(plain(out), ' 1.   0:08  a.mp4  said: the lever');
});

test('given a pipe, when hits are printed, then each is one uncut line with its path and its link', () => {
  const text = 'lever '.repeat(60).trim();
  assert.equal(
    formatHits([hit('/v/a.mp4', text, 'lever')], pipe),
    ` 1.   0:08  a.mp4  said: ${text}  file:///v/a%20b.mp4#t=8,9`,
  );
});

test('given videos of the same name, when hits are printed, then their folders tell them apart', () => {
  const out = formatHits(
    [hit('/v/one/a.mp4', 'x', 'x'), hit('/v/two/a.mp4', 'x', 'x'), hit('/v/two/a.mp4', 'x', 'x')],
    pipe,
  );
  assert.deepEqual(
    out.split('\n').map((line) => /(one|two)\/a\.mp4/.exec(line)?.[0]),
    ['one/a.mp4', 'two/a.mp4', 'two/a.mp4'],
  );
});

test('given hostile names and words, when hits are printed, then no control character reaches the terminal', () => {
  const out = formatHits(
    [hit('/v/\u001b[2J.mp4', 'a\u001b]0;x\u0007\nlever', 'lever', { speaker: '\u009bX' })],
    terminal(80),
  );
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.ok(out.includes('lever'));
});

test('given a long word, wide characters or no evidence, when hits are printed, then they fit', () => {
  for (const text of ['x'.repeat(500), '金魚は三か月覚えている'.repeat(10), '👩‍👩‍👧 '.repeat(40)]) {
    const line = formatHits([hit('/v/金魚の動画.mp4', text, text.slice(0, 2))], terminal(50));
    assert.ok(displayWidth(line) <= 50, line);
  }
  assert.equal(formatHits([{ ...aHit, evidence: [] }], terminal(50)).trimEnd(), ' 1.   0:01  a.mp4');
});

test('given citations, when an answer is printed, then each is one line with its own second', () => {
  const citation = {
    n: 2,
    clipId: 'c',
    uri: 'file:///v/a.mp4',
    startMs: 5000,
    endMs: 9000,
    link: 'file:///v/a.mp4#t=5,9',
    quote: 'At least three months.',
  };
  assert.equal(
    formatCitations([{ ...citation, seekMs: 8000, kind: 'screenText' }], terminal(80)),
    '[2]   0:08  a.mp4  on screen: At least three months.',
  );
  assert.equal(formatCitations([citation], terminal(80)), '[2]   0:05  a.mp4  At least three months.');
});

test('given texts, when they are measured, cut and wrapped, then columns count and not characters', () => {
  assert.deepEqual(['abc', '金魚', 'é', '👍'].map(displayWidth), [3, 4, 1, 2]);
  assert.equal(truncateToWidth('one two', 7), 'one two');
  assert.equal(truncateToWidth('one two three', 8), 'one two…');
  assert.equal(truncateToWidth('金魚金魚', 5), '金魚…');
  assert.equal(truncateToWidth('abc', 0), '');
  assert.equal(wrapText('one two three\n  four five', 8), 'one two\nthree\n  four\n  five');
  assert.equal(wrapText('abcdefghijkl mn', 5), 'abcdefghijkl\nmn');
  assert.equal(wrapText('as it is', Number.POSITIVE_INFINITY), 'as it is');
});

test('given terminals, when links are printed, then only those that show them get them', () => {
  const tty = { isTTY: true } as NodeJS.WriteStream;
  const known: readonly NodeJS.ProcessEnv[] = [
    { TERM_PROGRAM: 'iTerm.app' },
    { TERM: 'xterm-kitty' },
    { VTE_VERSION: '7006' },
    { WT_SESSION: 'x' },
    { FORCE_HYPERLINK: '1' },
  ];
  for (const env of known) assert.ok(supportsLinks(tty, env), JSON.stringify(env));
  const unknown: readonly NodeJS.ProcessEnv[] = [
    {},
    { TERM: 'xterm-256color' },
    { VTE_VERSION: '4205' },
    { TERM: 'dumb', WT_SESSION: 'x' },
    { TERM_PROGRAM: 'vscode', FORCE_HYPERLINK: '0' },
  ];
  for (const env of unknown) assert.ok(!supportsLinks(tty, env), JSON.stringify(env));
  assert.ok(!supportsLinks({ isTTY: false } as never, { FORCE_HYPERLINK: '1' }), 'never into a pipe');
  assert.equal(toTerminalLink('x', 'file:///a\u001b b'), 'x');
});

test('given search on the command line, when it finds moments, then it prints one line each', async () => {
  const { out } = await run(['search', 'lever'], {
    'goldfish/search': { hits: [hit('/v/a.mp4', 'the lever', 'lever'), hit('/v/b.mp4', 'a lever', 'lever')] },
  });
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, 20)),
    [' 1.   0:08  a.mp4  s', ' 2.   0:08  b.mp4  s'],
  );
});
