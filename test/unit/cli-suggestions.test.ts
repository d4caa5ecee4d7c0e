import assert from 'node:assert/strict';
import test from 'node:test';
import { findClosestName } from '../../server/src/core/language/closest-name.ts';
import { runToEnd as run } from '../support/cli.ts';

const DAY_MS = 86_400_000;
const found = { 'goldfish/search': { hits: [] } } as const;

test('given misspelt names, when one is close, then it is found, and a far one is not', () => {
  const names = ['work.cpuShare', 'work.quietHours', 'captioner', 'markdown'];
  assert.equal(findClosestName('work.cpushare', names), 'work.cpuShare');
  assert.equal(findClosestName('cpuShar', names), 'work.cpuShare');
  assert.equal(findClosestName('captoiner', names), 'captioner');
  assert.equal(findClosestName('MARKDWON', names), 'markdown');
  for (const far of ['', 'x', 'banana', 'work']) assert.equal(findClosestName(far, names), undefined, far);
});

test('given a misspelt command, subcommand, role, kind, format or player, when it runs, then the nearest is named', async () => {
  for (const [argv, meant] of [
    [['serch', 'x'], 'search'],
    [['models', 'lst'], 'list'],
    [['settings', 'lits'], 'list'],
    [['--data-dir', 'd', 'folders', 'ad', 'x'], 'add'],
    [['models', 'use', 'captoiner', 'a/b'], 'captioner'],
    [['search', 'x', '--kind', 'speach'], 'speech'],
    [['export', '1', '--format', 'markdwon'], 'markdown'],
    [['open', '1', '--player', 'mvp'], 'mpv'],
    [['search', 'x', '--affter', '2026-01-01'], '--after'],
  ] as const) {
    const { code, err } = await run(argv);
    assert.equal(code, 2, argv.join(' '));
    assert.match(err, new RegExp(`Did you mean "?${meant}"?\\?`), argv.join(' '));
    const json = await run([...argv, '--json']);
    assert.match(JSON.parse(json.out).error.message, new RegExp(meant), 'as JSON too');
  }
  assert.doesNotMatch((await run(['open', '1', '--player', 'notepad'])).err, /Did you mean/);
});

test('given an error about a parameter, when it is printed, then it names the flag and its help', async () => {
  const invalid = (message: string) =>
    Object.assign(new Error(message), {
      code: -32602,
      data: { kind: 'invalid', remedy: 'See docs/protocol.md.' },
    });
  for (const [message, printed] of [
    ['scope.uris[0]: must be a file', '--in: must be a file'],
    ['scope.recordedFrom: must be a date', '--after: must be a date'],
    ['query: Too big', 'the query: Too big'],
    ['something.else: stays', 'something.else: stays'],
  ] as const) {
    const { err, code } = await run(['search', 'x'], { 'goldfish/search': invalid(message) });
    assert.equal(code, 1);
    assert.ok(err.startsWith(`goldfish: ${printed}\n`), err);
    assert.equal(err.includes('search --help'), printed !== message, err);
  }
});

test('given words for a date, when a scope is parsed, then they mean whole days here', async () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const dayOf = (ms: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms);
  const scopeOf = async (...argv: readonly string[]) => {
    const { calls, err } = await run(['search', 'x', '--json', ...argv], found);
    const [call] = calls;
    assert.ok(call, err);
    return (call.params as { scope: Record<string, string> }).scope;
  };
  const { recordedFrom = '' } = await scopeOf('--after', 'yesterday');
  assert.ok(
    [DAY_MS, 2 * DAY_MS].some((ms) => dayOf(Date.parse(recordedFrom)) === dayOf(Date.now() - ms)),
    recordedFrom,
  );
  const { recordedTo = '' } = await scopeOf('--before', 'Yesterday');
  assert.equal(dayOf(Date.parse(recordedTo)), dayOf(Date.parse(recordedFrom)), 'to its end');
  assert.equal(Date.parse(recordedTo) - Date.parse(recordedFrom), DAY_MS - 1);
  for (const words of ['today', 'last week', '3 days ago', 'last month']) {
    const { recordedFrom: from = '' } = await scopeOf('--after', words);
    assert.ok(
      Date.parse(from) <= Date.now() && Date.parse(from) > Date.now() - 70 * DAY_MS,
      `${words}: ${from}`,
    );
  }
  assert.deepEqual(await scopeOf('--after', '2026-01-31'), { recordedFrom: '2026-01-31' });
  assert.deepEqual(await scopeOf('--after', '2026', '--before', '2026-05'), {
    recordedFrom: '2026-01-01T00:00:00.000Z',
    recordedTo: '2026-05-31T23:59:59.999Z',
  });
});

test('given what is no date, when a scope is parsed, then the error names the flag and shows what works', async () => {
  for (const text of ['banana', '2026-13-01', 'the day of the lion', '']) {
    const { code, err } = await run(['search', 'x', `--before=${text}`], found);
    assert.equal(code, text === '' ? 0 : 2, text);
    if (text !== '') assert.match(err, /--before: ".*" is not a date\..*yesterday/s);
  }
});

test('given -v and --version, when they are typed, then the version is printed', async () => {
  const [short, long] = [await run(['-v']), await run(['--version'])];
  assert.equal(short.code, 0);
  assert.match(short.out, /^\S+\n$/);
  assert.equal(short.out, long.out);
});

test('given settings, when they are listed, then each has its value, what it does, and a default that differs', async () => {
  const details = {
    'work.cpuShare': { description: 'Share of the CPU that indexing may use, in percent.', default: 50 },
    'models.captioner': { description: 'Model that describes what is seen.', default: '' },
  };
  const settings = { 'work.cpuShare': 25, 'models.captioner': '' };
  const { out, calls } = await run(['settings', 'list'], { 'goldfish/settings/get': { settings, details } });
  assert.deepEqual(calls, [{ method: 'goldfish/settings/get', params: { details: true } }]);
  assert.equal(
    out,
    'work.cpuShare = 25  (default: 50)\n    Share of the CPU that indexing may use, in percent.\n' +
      'models.captioner = ""\n    Model that describes what is seen.\n',
  );
});
