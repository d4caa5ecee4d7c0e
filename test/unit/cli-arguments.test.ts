import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import type { Result } from '../../server/protocol/methods.ts';
import { loadCommands } from '../../server/src/cli/commands.ts';
import { home, runToEnd as run } from '../support/cli.ts';

const none = { 'goldfish/search': { hits: [] } } as const;

test('given options before or after arguments, when a command runs, then both work', async () => {
  const forms = [
    ['search', '-k', '3', 'red', 'fish', '--data-dir', 'data'],
    ['--data-dir', 'data', 'search', 'red', 'fish', '-k', '3'],
    ['search', 'red', '--data-dir=data', 'fish', '-k3'],
  ];
  for (const form of forms) {
    const { calls, connections, code } = await run([...form, '--json'], none);
    assert.equal(code, 0, form.join(' '));
    assert.deepEqual(calls, [{ method: 'goldfish/search', params: { query: 'red fish', k: 3 } }]);
    assert.equal(connections[0]?.dataDir, join(home, 'data'));
  }
});

test('given a picture or a moment, when search runs, then it sends a similarity query', async () => {
  const picture = join(home, 'look.png');
  writeFileSync(picture, 'bytes');
  const data = Buffer.from('bytes').toString('base64');
  const image = await run(['search', '--image', picture, 'in:work', '--json'], none);
  assert.deepEqual(image.calls, [
    { method: 'goldfish/search', params: { query: 'in:work', k: 10, image: { data } } },
  ]);
  const clipId = 'v1@0-30000';
  const named = await run(['search', '--like', clipId, '--json'], none);
  assert.deepEqual(named.calls, [
    { method: 'goldfish/search', params: { query: '', k: 10, like: { clipId } } },
  ]);
  const uri = pathToFileURL(join(home, 'a.mp4')).href;
  const clips = [
    { clipId, startMs: 0, endMs: 30_000 },
    { clipId: 'v1@30000-60000', startMs: 30_000, endMs: 60_000 },
  ];
  const video = { clips } as unknown as Result<'goldfish/video'>;
  const linked = await run(['search', '--like', `${uri}#t=42,50`, '--json'], {
    ...none,
    'goldfish/video': video,
  });
  assert.deepEqual(linked.calls, [
    { method: 'goldfish/video', params: { uri } },
    { method: 'goldfish/search', params: { query: '', k: 10, like: { clipId: 'v1@30000-60000', uri } } },
  ]);
  const missing = await run(['search', '--image', join(home, 'none.png')], none);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /Could not read .*none\.png/);
  assert.deepEqual(missing.calls, []);
});

test('given --json, when a command succeeds, then stdout is one document', async () => {
  const { out } = await run(['search', 'x', '--json'], none);
  assert.deepEqual(JSON.parse(out), { hits: [] });
});

test('given --json, when a request fails, then stdout is an error document', async () => {
  const thrown = Object.assign(new Error('Not indexed.'), {
    code: -32001,
    data: { kind: 'notFound', remedy: 'Index it.' },
  });
  const { out, err, code } = await run(['--json', 'forget', 'a.mp4'], { 'goldfish/forget': thrown });
  assert.equal(code, 1);
  assert.deepEqual(JSON.parse(out), {
    error: { code: -32001, message: 'Not indexed.', data: { kind: 'notFound', remedy: 'Index it.' } },
  });
  assert.equal(err, 'goldfish: Not indexed.\nIndex it.\n');
});

test('given invalid arguments, when a command runs, then it exits with 2 and says why, as JSON if requested', async () => {
  for (const argv of [
    ['search'],
    ['search', 'x', '-k', '0'],
    ['search', 'x', '-k', 'many'],
    ['search', 'x', '--kind', 'smell'],
    ['nonsense'],
    ['search', 'x', '--no-such-option'],
    ['index', 'http://example.org/a.mp4'],
    // A whole video is no moment: the line at 0:00 must not be overwritten.
    ['correct', 'talk.mp4', 'new text'],
    ['correct', 'file:///x/talk.mp4', '--speaker', 'Ana'],
    ['tag', 'talk.mp4', 'trailer'],
  ]) {
    const plain = await run(argv);
    assert.equal(plain.code, 2, argv.join(' '));
    assert.equal(plain.out, '', argv.join(' '));
    assert.notEqual(plain.err, '');
    const json = await run([...argv, '--json']);
    assert.equal(json.code, 2);
    assert.equal(JSON.parse(json.out).error.data.kind, 'invalid');
    assert.deepEqual(json.calls, []);
  }
});

test('given a folder that is removed, when the command ends, then it says how many videos left the index', async () => {
  let total = 17;
  const counts = { known: 0, waiting: 0, missing: 0, failed: 0, none: 0 };
  const coverage = { speech: counts, screenText: counts, pictures: counts };
  const { out, code } = await run(['folders', 'remove', '/v'], {
    'goldfish/videos': () => ({ total, videos: [], coverage }),
    'goldfish/folders/remove': () => {
      total = 0;
      return { folders: [] };
    },
  });
  assert.equal(code, 0);
  assert.match(out, /^Removed \/v with 17 videos from the index\. The files stay\.\nNo watched folders\./);
});

test('given a relative path, when a command runs, also under npm, then it is resolved where the user is', async () => {
  const { calls } = await run(['index', 'a b.mp4', '/x/#1.mkv', 'file:///y/z.mp4', '--keep', '--json'], {
    'goldfish/index': { videos: 0, clips: 0, failed: [], seconds: 0 },
  });
  assert.deepEqual(calls.at(-1)?.params, {
    uris: [`${pathToFileURL(home)}/a%20b.mp4`, 'file:///x/%231.mkv', 'file:///y/z.mp4'],
    keep: true,
  });
});

test('given scope options, when search runs, then they become a scope', async () => {
  const { calls } = await run(
    ['search', '--in', 'talks', '--after', '2026-01-01', 'x', '--kind', 'speech', '--in', '/v.mp4'],
    none,
  );
  assert.deepEqual(calls[0]?.params, {
    query: 'x',
    k: 10,
    scope: {
      uris: [`${pathToFileURL(home)}/talks`, 'file:///v.mp4'],
      recordedFrom: '2026-01-01',
      kinds: ['speech'],
    },
  });
});

test('given words that start with a dash, when they follow --, then they are words', async () => {
  const { calls } = await run(['search', '--json', '--', 'fish', '-red', '--json'], none);
  assert.deepEqual(calls[0]?.params, { query: 'fish -red --json', k: 10 });
});

test('given -k -1, when ask runs, then it uses all clips', async () => {
  const { calls } = await run(['ask', '-k', '-1', 'why?'], {
    'goldfish/ask': { answer: 'Nothing.', citations: [], grounded: false, hits: [] },
  });
  assert.deepEqual(calls[0]?.params, { question: 'why?', k: -1 });
});

test('given an earlier question, when ask --follow-up runs, then it continues with the same scope', async () => {
  const dataDir = join(home, 'follow-up');
  const ask = (...words: readonly string[]) =>
    run(['ask', ...words, '--data-dir', dataDir], {
      ...none,
      'goldfish/ask': ({ question }) => ({
        answer: `About ${question}`,
        citations: [],
        grounded: true,
        hits: [],
      }),
    });
  const early = await ask('--follow-up', 'and then?');
  assert.equal(early.code, 2);
  assert.match(early.err, /No earlier question/);
  assert.deepEqual(early.calls, []);

  assert.deepEqual((await ask('who?', '--in', '/v.mp4')).calls[0]?.params, {
    question: 'who?',
    scope: { uris: ['file:///v.mp4'] },
  });
  await run(['search', 'x', '--data-dir', dataDir], none);
  assert.deepEqual((await ask('--follow-up', 'and', 'then?')).calls[0]?.params, {
    question: 'and then?',
    scope: { uris: ['file:///v.mp4'] },
    conversation: [{ question: 'who?', answer: 'About who?' }],
  });
  for (const n of [1, 2, 3]) await ask('--follow-up', `and ${n}?`);
  const long = await ask('and elsewhere?', '--follow-up', '--in', '/w.mp4', '-k', '1');
  assert.deepEqual(long.calls[0]?.params, {
    question: 'and elsewhere?',
    k: 1,
    scope: { uris: ['file:///w.mp4'] },
    conversation: ['and then?', 'and 1?', 'and 2?', 'and 3?'].map((question) => ({
      question,
      answer: `About ${question}`,
    })),
  });
  assert.deepEqual((await ask('afresh?')).calls[0]?.params, { question: 'afresh?' });
  assert.deepEqual((await ask('--follow-up', 'and?')).calls[0]?.params, {
    question: 'and?',
    conversation: [{ question: 'afresh?', answer: 'About afresh?' }],
  });
  writeFileSync(join(dataDir, 'last-conversation.json'), '{"exchanges": [{"question": 5}]}');
  assert.equal((await ask('--follow-up', 'and?')).code, 2);
});

test('given a setting, when it is set, then the value has the type of the setting', async () => {
  const now = (value: number | readonly string[]) => ({
    'goldfish/settings/get': { settings: { key: value } },
  });
  const sent = async (text: string, value: number | readonly string[]) => {
    const { calls } = await run(['settings', 'set', 'key', text], {
      ...now(value),
      'goldfish/settings/set': { settings: { key: value } },
    });
    return calls[1]?.params;
  };
  assert.deepEqual(await sent('25', 50), { key: 'key', value: 25 });
  assert.deepEqual(await sent('eng, deu', ['eng']), { key: 'key', value: ['eng', 'deu'] });
  assert.equal((await run(['settings', 'set', 'key', 'x'], now(1))).code, 2);
});

test('given --help, when it runs, then it names every command on stdout', async () => {
  const { out, err, code } = await run(['--help']);
  assert.equal(code, 0);
  assert.equal(err, '');
  for (const name of ['index', 'ask', 'search', 'status', 'folders', 'settings', 'stop', 'lsp']) {
    assert.match(out, new RegExp(`\\b${name}\\b`));
  }
  assert.match((await run(['search', '--help'])).out, /Examples:/);
});

test('given the models commands, when they run, then each sends its request', async () => {
  const list = {
    models: [
      { id: 'a/b', role: 'captioner', note: 'Small.', default: true, revision: 'abc', bytes: 2_000_000 },
    ],
    roles: [{ role: 'captioner', inUse: 'a/b', why: 'the default' }],
    folder: '/models',
    hub: 'https://hub.test',
    offline: false,
  };
  const listed = await run(['models'], { 'goldfish/models/list': list });
  assert.match(listed.out, /captioner: a\/b \(the default\)[\s\S]*a\/b {2}\[downloaded, 2/);
  const pulled = { model: 'a/b', revision: 'abc', bytes: 2_000_000, folder: '/models/a/b/abc' };
  const pull = await run(['models', 'pull', 'a/b', '--accelerator'], { 'goldfish/models/pull': pulled });
  assert.deepEqual(pull.calls[0]?.params, { model: 'a/b', accelerator: true });
  assert.match(pull.out, /Downloaded a\/b/);
  const answers = { 'goldfish/settings/set': { settings: {} }, 'goldfish/models/list': list };
  const used = await run(['models', 'use', 'captioner', 'http://h/v1#m'], answers);
  assert.deepEqual(used.calls[0]?.params, { key: 'models.captioner', value: 'http://h/v1#m' });
  const reset = await run(['models', 'use', 'captioner'], answers);
  assert.deepEqual(reset.calls[0]?.params, { key: 'models.captioner', value: null });
  const wrong = await run(['models', 'use', 'cook', 'a/b'], answers);
  assert.notEqual(wrong.code, 0);
  assert.deepEqual(wrong.calls, []);
  const removed = await run(['models', 'remove', 'a/b'], { 'goldfish/models/remove': list });
  assert.match(removed.out, /Removed a\/b/);
});

test('given local and remote models, when doctor runs, then it shows the roles and what leaves the machine', async () => {
  const list = {
    models: [],
    roles: [
      { role: 'captioner', inUse: 'v', why: 'set; runs on cpu; not on cuda: it does not load' },
      { role: 'answerer', inUse: 'quotes', why: 'no model is set' },
    ],
    folder: '/models',
    hub: 'https://hub.test',
    offline: false,
  };
  const status = {
    pid: 1,
    versions: { build: 'b' },
    videos: 0,
    work: { failed: [] },
  } as unknown as Result<'goldfish/status'>;
  const answers = (captioner: string) => ({
    'goldfish/models/list': list,
    'goldfish/settings/get': { settings: { 'models.captioner': captioner, 'models.answerer': '' } },
    'goldfish/status': status,
  });
  const local = await run(['doctor'], answers('/models/v'));
  assert.match(local.out, /captioner +v: set; runs on cpu; not on cuda/);
  assert.match(local.out, /answerer +quotes[\s\S]*goldfish models use answerer/);
  assert.match(local.out, /nothing leaves this machine/);
  const remote = await run(['doctor'], answers('http://10.0.0.5:8000/v1#v'));
  assert.match(remote.out, /video frames, .* go to http:\/\/10\.0\.0\.5:8000\/v1 \(models\.captioner\)/);
  const settings = { 'index.location': 's3://bucket/team', 'work.queue': 'redis://:hunter2@10.0.0.5/0' };
  const shared = await run(['doctor'], { ...answers(''), 'goldfish/settings/get': { settings } });
  assert.match(shared.out, /data sent +the whole index goes to s3:\/\/bucket\/team \(index\.location\)/);
  assert.match(shared.out, /data sent +speech, .* go to redis:\/\/\*+@10\.0\.0\.5\/0 \(work\.queue\)/);
  assert.doesNotMatch(shared.out, /hunter2|nothing leaves/);
  const onDisk = { 'index.location': '/mnt/index', 'index.readOnly': false };
  const other = await run(['doctor'], { ...answers(''), 'goldfish/settings/get': { settings: onDisk } });
  assert.match(other.out, /nothing leaves this machine/);
});

test('given every command and subcommand, when its help is printed, then it shows examples of that command', async () => {
  const program = new Command('goldfish');
  for (const register of await loadCommands()) register(program, async () => {});
  const listPaths = (command: Command, path: readonly string[]): readonly (readonly string[])[] => [
    path,
    ...command.commands.flatMap((sub) => listPaths(sub, [...path, sub.name()])),
  ];
  for (const path of listPaths(program, [])) {
    const { out, code } = await run([...path, '--help']);
    assert.equal(code, 0, path.join(' '));
    assert.match(out, /\nExamples:\n {2}\S/, path.join(' '));
    assert.ok(
      (out.split('Examples:')[1] ?? '').includes(`goldfish ${path.join(' ')}`.trim()),
      path.join(' '),
    );
  }
});
