import assert from 'node:assert/strict';
import test from 'node:test';
import type { Status } from '../../server/protocol/status.ts';
import { formatChecks } from '../../server/src/cli/doctor-check.ts';
import { createTextStyler, formatBytes, formatCount } from '../../server/src/cli/format.ts';
import { parseLocation } from '../../server/src/cli/path-argument.ts';
import { formatIndexBar, formatIndexProgress } from '../../server/src/cli/progress.ts';
import { formatStatus } from '../../server/src/cli/status.ts';
import { findStatusChanges, toStatusSnapshot } from '../../server/src/cli/status-diff.ts';
import { formatDuration, formatTime } from '../../server/src/core/domain/format-time.ts';

test('given times, sizes and counts, when formatted, then they read as people write them', () => {
  assert.deepEqual([0, 999, 83_200, 3_723_000].map(formatTime), ['0:00', '0:00', '1:23', '1:02:03']);
  assert.deepEqual([1, 59_000, 90_000, 3_600_000, 7_500_000].map(formatDuration), [
    '1 s',
    '59 s',
    '2 min',
    '1 h',
    '2 h 5 min',
  ]);
  assert.deepEqual([0, 999, 1536, 12_345, 999_600, 5e9].map(formatBytes), [
    '0 B',
    '999 B',
    '1.5 kB',
    '12 kB',
    '1.0 MB',
    '5.0 GB',
  ]);
  assert.deepEqual([formatCount(1, 'clip'), formatCount(12_345, 'clip')], ['1 clip', '12,345 clips']);
});

test('given a stream, when styled, then it has colour only on a terminal and without NO_COLOR', () => {
  const stream = { isTTY: true } as NodeJS.WriteStream;
  assert.equal(createTextStyler(stream, {})('red', 'x'), '\u001b[31mx\u001b[39m');
  assert.equal(createTextStyler(stream, { NO_COLOR: '1' })('red', 'x'), 'x');
  assert.equal(createTextStyler(stream, { TERM: 'dumb' })('red', 'x'), 'x');
  assert.equal(createTextStyler({ isTTY: false } as never, {})('red', 'x'), 'x');
});

test('given indexing, when progress is drawn, then percent and time left come first and are never cut off', () => {
  const progress = {
    videos: 20,
    done: 3,
    failed: 1,
    percent: 42.7,
    stagePercent: 40,
    speed: 12.4,
    leftMs: 40_000,
    path: '/v/a\nb.mp4',
    stage: 'screenText',
  };
  assert.equal(formatIndexProgress(progress), '3 of 20 videos, 1 failed, 12x real time');
  assert.equal(
    formatIndexBar(progress, 140),
    `${'█'.repeat(10)}${'░'.repeat(14)} 42 %, 40 s left  reading text on screen 40 %, a b.mp4  3 of 20 videos, 1 failed, 12x real time`,
  );
  for (const columns of [20, 30, 40, 60, 80, 200]) {
    const drawn = formatIndexBar(progress, columns);
    assert.ok(drawn.includes('42 %, 40 s left'), drawn);
    assert.ok(drawn.length < columns, drawn);
  }
  assert.equal(formatIndexProgress({ videos: 0, done: 0, failed: 0 }), '0 of 0 videos');
  assert.equal(
    formatIndexBar({ videos: 4, done: 1, failed: 0 }, 80),
    `${'█'.repeat(6)}${'░'.repeat(18)} 1 of 4 videos`,
  );
});

test('given running work, when the status is printed, then it says stage, percent, media time and time left in words', () => {
  const context = { out: { isTTY: false }, env: {} } as never;
  const now = status(2, ['/v/a.mp4']);
  const running = now.work.running.map((work) => ({
    ...work,
    stage: 'screenText',
    percent: 40,
    leftMs: 60_000,
  }));
  const progress = { mediaMs: 7_500_000, doneMs: 3_000_000, percent: 40, leftMs: 120_000 };
  const text = formatStatus({ ...now, work: { ...now.work, running }, progress }, context);
  assert.match(text, /^ {2}reading text on screen 40 %, 1 min left {2}\/v\/a\.mp4$/m);
  assert.match(text, /^progress: 40 % of 2 h 5 min of media, about 2 min left$/m);
});

test('given a path, a URI or a link, when parsed, then it has URI and time; given another scheme, then it is refused', () => {
  const here = (given: string) => parseLocation(given, (path) => `/home/${path}`);
  assert.deepEqual(here('a.mp4'), { uri: 'file:///home/a.mp4', startMs: 0 });
  assert.deepEqual(here('a#1.mp4'), { uri: 'file:///home/a%231.mp4', startMs: 0 });
  assert.deepEqual(here('a.mp4#t=1:23.5'), { uri: 'file:///home/a.mp4', startMs: 83_500 });
  assert.deepEqual(here('file:///v/a%20b.mp4#t=83.2,97'), {
    uri: 'file:///v/a%20b.mp4',
    startMs: 83_200,
    endMs: 97_000,
  });
  for (const foreign of ['http://example.org/a.mp4', 'file://host/a.mp4', 'smb://x/y', 'file:///a%00b']) {
    assert.throws(() => here(foreign), { name: 'CommandError', exitCode: 2 }, foreign);
  }
});

const status = (videos: number, running: readonly string[] = [], failed: readonly string[] = []): Status => ({
  videos,
  clips: videos * 2,
  work: {
    waiting: 0,
    running: running.map((path) => ({ uri: `file://${path}`, path, stage: 'facts' })),
    done: 0,
    failed: failed.map((path) => ({
      uri: '',
      path,
      stage: 'probe',
      reason: 'It is empty.',
      remedy: 'Copy it again.',
    })),
    offline: 0,
  },
  indexBytes: 0,
  versions: { protocol: 1, build: '', schema: 1, node: '' },
  roles: [],
  advice: [],
  dataDir: '',
  pid: 1,
});

test('given statuses, when watched, then each video and failure is printed once, and the end', () => {
  let told = toStatusSnapshot(status(3));
  const hear = (now: Status) => {
    const next = findStatusChanges(told, now);
    told = next.snapshot;
    return next.lines;
  };
  assert.deepEqual(hear(status(3)), []);
  assert.deepEqual(hear(status(4, ['/v/new\u001b.mp4'])), ['indexing /v/new\ufffd.mp4']);
  assert.deepEqual(hear(status(4, ['/v/new\u001b.mp4'])), []);
  assert.deepEqual(hear(status(5, ['/v/new\u001b.mp4'], ['/v/bad.mp4'])), [
    'failed /v/bad.mp4: It is empty. Copy it again.',
  ]);
  assert.deepEqual(hear(status(5, [], ['/v/bad.mp4'])), ['ready: 5 videos, 10 clips']);
  assert.deepEqual(hear(status(5, [], ['/v/bad.mp4'])), []);
  assert.deepEqual(hear(status(4)), ['ready: 4 videos, 8 clips']);
});

test('given checks, when doctor prints them, then each is one line, and in a narrow terminal the fix stays', () => {
  const checks = [
    { name: 'Node', state: 'ok', found: '24' },
    { name: 'players', state: 'absent', found: `none of ${'many '.repeat(20)}`, remedy: 'install mpv' },
  ] as const;
  const format = (columns: number) => formatChecks(checks, (_, plain) => plain, columns).split('\n');
  assert.deepEqual(format(Number.POSITIVE_INFINITY), [
    'ok      Node     24',
    `-       players  ${checks[1].found}  fix: install mpv`,
  ]);
  const narrow = format(70);
  assert.ok(
    narrow.every((line) => line.length <= 70),
    narrow.join('\n'),
  );
  assert.match(narrow[1] ?? '', /^- {7}players {2}none of many .*… {2}fix: install mpv$/);
  assert.match(format(20)[1] ?? '', /fix: install mpv$/, 'a command that is cut is useless');
});

test('given the languages of questions, when the status is printed, then it names them in words', () => {
  const context = { out: { isTTY: false }, env: {} } as never;
  const text = formatStatus({ ...status(0), questionLanguages: ['en', 'ja'] }, context);
  assert.match(text, /^questions are understood in English and Japanese; in other languages .*$/m);
  assert.doesNotMatch(formatStatus(status(0), context), /understood/);
});
