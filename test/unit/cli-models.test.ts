import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { ModelEntry, ModelsListResult, PullProgress } from '../../server/protocol/models.ts';
import { formatMissingModels, toPullProgressView } from '../../server/src/cli/pull-models.ts';
import { DaemonError } from '../../server/src/daemon/connect.ts';
import { type Answers, home, runToEnd as run } from '../support/cli.ts';

mkdirSync(join(home, 'Talks'));

const list: ModelsListResult = {
  models: [
    { id: 'a/see', role: 'captioner', default: true, note: 'Small.', pullBytes: 300_000_000 },
    { id: 'a/see-more', role: 'captioner', default: false },
    { id: 'a/hear', role: 'transcriber', default: true },
    { id: 'a/mean', role: 'textEmbedder', default: true, revision: 'abc', bytes: 30, pullBytes: 30 },
    { id: 'a/write', role: 'answerer', default: true },
  ],
  roles: [
    { role: 'captioner', inUse: 'none', why: 'a/see is not downloaded' },
    { role: 'frameEmbedder', inUse: 'none', why: 'a/frames is not downloaded' },
    { role: 'answerer', inUse: 'quotes', why: 'no model is set' },
  ],
  folder: '/models',
  hub: 'https://hub.test',
  offline: false,
};
/** Another answerer is set. */
const settings = { 'models.answerer': 'http://10.0.0.5/v1#m', 'models.firstPull': 'ask' };

function daemon(more: Answers = {}): Answers {
  return {
    'goldfish/models/list': list,
    'goldfish/settings/get': { settings },
    'goldfish/settings/set': { settings },
    'goldfish/models/pull': ({ model = '' }) => ({ model, revision: 'abc', bytes: 5_000_000, folder: '/m' }),
    'goldfish/index': { videos: 1, clips: 2, failed: [], seconds: 1 },
    ...more,
  };
}
const sent = (calls: readonly { readonly method: string; readonly params: unknown }[]) =>
  calls.map(({ method, params }) => {
    const { model, key, value } = params as { model?: string; key?: string; value?: string };
    return [method.replace('goldfish/', ''), model ?? key, value].filter(Boolean).join(' ');
  });
const unreachable = new DaemonError(-32001, 'https://hub.test/api: fetch failed', {
  kind: 'unavailable',
  remedy: 'Check the network.',
});

test('given a first run on a terminal, when the user agrees, then the missing default models are downloaded', async () => {
  const { calls, err, code } = await run(['index', 'Talks'], daemon(), 'y\n');
  assert.equal(code, 0);
  assert.match(err, /captioner +a\/see, 300 MB; Small\./);
  assert.match(err, /transcriber +a\/hear, size unknown/);
  assert.match(err, /Total 300 MB, plus 1 model of unknown size\./);
  assert.match(err, /From https:\/\/hub\.test, stored in \/models/);
  assert.match(err, /Download them now\? \[Y\/n\]/);
  assert.deepEqual(sent(calls), [
    'settings/get',
    'models/list',
    'settings/get',
    'models/pull a/see',
    'models/pull a/hear',
    'settings/set models.firstPull never',
    'index',
  ]);
});

test('given the offer, when the user presses Return, answers no or ends the input, then only Return downloads', async () => {
  const yes = await run(['index', 'Talks'], daemon(), '\n');
  assert.ok(sent(yes.calls).includes('models/pull a/see'));
  const no = await run(['index', 'Talks'], daemon(), 'n\n');
  assert.deepEqual(sent(no.calls).slice(3), ['settings/set models.firstPull never', 'index']);
  assert.match(no.err, /To download later, run: npm run -s goldfish -- models pull --defaults/);
  const ended = await run(['index', 'Talks'], daemon(), '');
  assert.ok(!sent(ended.calls).some((call) => call.startsWith('models/pull')));
});

test('given no terminal, --json, offline or the setting never, when index runs, then it does not ask', async () => {
  const quiet = async (argv: readonly string[], answers: Answers, typed?: string) => {
    const { calls, err } = await run(argv, answers, typed);
    assert.ok(!sent(calls).some((call) => call.startsWith('models/pull')), sent(calls).join());
    assert.ok(sent(calls).includes('index'));
    assert.doesNotMatch(err, /Download them/);
  };
  await quiet(['index', 'Talks'], daemon());
  await quiet(['index', 'Talks', '--json'], daemon(), 'y\n');
  await quiet(['index', 'Talks'], daemon({ 'goldfish/models/list': { ...list, offline: true } }), 'y\n');
  const never = { settings: { ...settings, 'models.firstPull': 'never' } };
  await quiet(['index', 'Talks'], daemon({ 'goldfish/settings/get': never }), 'y\n');
});

test('given the setting always, when index runs, then it downloads without asking', async () => {
  const always = { settings: { ...settings, 'models.firstPull': 'always' } };
  const { calls, err } = await run(['index', 'Talks'], daemon({ 'goldfish/settings/get': always }));
  assert.deepEqual(sent(calls).slice(3), ['models/pull a/see', 'models/pull a/hear', 'index']);
  assert.doesNotMatch(err, /Download them/);
});

test('given an unreachable hub, when models are pulled, then it is reported once and indexing continues', async () => {
  const { calls, err, code, out } = await run(
    ['index', 'Talks'],
    daemon({ 'goldfish/models/pull': unreachable }),
    'y\n',
  );
  assert.equal(code, 0);
  assert.deepEqual(sent(calls).slice(3), ['models/pull a/see', 'index']);
  assert.match(err, /Could not download a\/see: .*fetch failed\nCheck the network\.\nGoldfish continues/);
  assert.match(out, /Indexed 1 video/);
});

test('given a model that the hub refuses, when pull --defaults runs, then the next one is still pulled', async () => {
  const refused = new DaemonError(-32001, 'https://hub.test/a/see answered 404', {
    kind: 'unavailable',
    remedy: 'Check the model id.',
  });
  const { calls, out, code } = await run(
    ['models', 'pull', '--defaults'],
    daemon({
      'goldfish/models/pull': ({ model = '' }) => {
        if (model === 'a/see') throw refused;
        return { model, revision: 'abc', bytes: 5_000_000, folder: '/m' };
      },
    }),
  );
  assert.equal(code, 1);
  assert.deepEqual(sent(calls).slice(2), ['models/pull a/see', 'models/pull a/hear']);
  assert.match(out, /Downloaded a\/hear: 5\.0 MB\.\nCould not download a\/see/);
  const whole = { ...list, models: list.models.map((model) => ({ ...model, bytes: 1 })) };
  const nothing = await run(['models', 'pull', '--defaults'], daemon({ 'goldfish/models/list': whole }));
  assert.match(nothing.out, /Nothing to download/);
  assert.equal((await run(['models', 'pull', 'a/b', '--defaults'], daemon())).code, 2);
});

test('given a download, when progress is shown, then it has a bar for the model and one for the file', async () => {
  const progress: PullProgress = {
    model: 'a/see',
    file: 'onnx/decoder.onnx',
    fileBytes: 50,
    fileTotalBytes: 100,
    bytes: 150,
    totalBytes: 200,
  };
  assert.deepEqual(toPullProgressView(progress), {
    fraction: 0.75,
    text: '150 B of 200 B',
    currentItem: '████░░░░ 50% decoder.onnx',
    isFault: false,
  });
  assert.equal(toPullProgressView({ ...progress, note: 'answered 429' }).text, 'answered 429');
  const pull: Answers = {
    'goldfish/models/pull': (_params, onPartial) => {
      onPartial?.(progress);
      return { model: 'a/see', revision: 'abc', bytes: 200, folder: '/m' };
    },
  };
  const { err } = await run(['models', 'pull', 'a/see'], daemon(pull), '');
  assert.match(err, /██████████████████░░░░░░ 150 B of 200 B {2}████░░░░ 50% decoder\.onnx/);
});

test('given models with and without a known size, when they are listed, then the total shows what is known', () => {
  const of = (...sizes: readonly (number | undefined)[]) =>
    formatMissingModels(sizes.map((pullBytes): ModelEntry => ({ id: 'a/b', default: true, pullBytes })))
      .split('\n')
      .at(-1);
  assert.equal(of(1000, 2000), 'Total 3.0 kB.');
  assert.match(of(undefined) ?? '', /^Total size unknown\.$/);
});

test('given missing and remote models, when doctor runs, then it shows how to get each and what each host receives', async () => {
  const status = { pid: 1, versions: { build: 'b' }, videos: 0, work: { failed: [] } } as never;
  const answers = daemon({ 'goldfish/status': status });
  const { out } = await run(['doctor'], answers);
  assert.match(out, /captioner +none: a\/see is not downloaded\n/);
  assert.match(out, /model hub +https:\/\/hub\.test, contacted only by "models pull"/);
  assert.match(
    out,
    /data sent +questions and the text of the clips found go to http:\/\/10\.0\.0\.5\/v1 \(models\.answerer\)/,
  );
  assert.match(out, /frameEmbedder .* fix: .*goldfish models use frameEmbedder \/that\/folder\n/);
  // The answerer is a host, and of what is missing only one size is known.
  assert.match(
    out,
    /all models +2 missing, 300 MB, plus 1 model of unknown size {2}fix: goldfish models pull --defaults\n/,
  );
  assert.equal(out.split('\n').filter((line) => /^ /.test(line)).length, 0, 'one line an item');
  const offline = await run(['doctor'], { ...answers, 'goldfish/models/list': { ...list, offline: true } });
  assert.match(offline.out, /captioner[^\n]* fix: copy a model folder/);
  assert.doesNotMatch(offline.out, /all models/);
  assert.match(offline.out, /model hub +not used: downloads are off/);
});

const exams = {
  exams: [
    {
      role: 'answerer',
      model: 'tiny-0.1b',
      right: 4,
      all: 12,
      summary: '4 of 12 answers right: too few, so quotes are used',
      fit: false,
    },
  ],
};

test('given a model that is chosen, then it takes its exam, unless the user does not want it', async () => {
  const answers = daemon({ 'goldfish/models/exam': exams });
  const chosen = await run(['models', 'use', 'answerer', 'http://10.0.0.5/v1#tiny-0.1b'], answers);
  assert.match(
    chosen.out,
    /Exam of answerer tiny-0\.1b: 4 of 12 answers right: too few, so quotes are used\./,
  );
  assert.match(chosen.out, /goldfish settings set models\.exams ignore/);
  assert.match(chosen.err, /up to a minute/);
  const without = await run(['models', 'use', 'answerer', 'http://10.0.0.5/v1#m', '--no-exam'], answers);
  assert.ok(without.calls.every(({ method }) => method !== 'goldfish/models/exam'));
  const reader = await run(['models', 'use', 'reader', '/models/ocr'], answers);
  assert.ok(reader.calls.every(({ method }) => method !== 'goldfish/models/exam'));
});

test('given models, when exams are asked for, then each has a line', async () => {
  const { out, calls } = await run(['models', 'exam', 'answerer'], daemon({ 'goldfish/models/exam': exams }));
  assert.match(out, /^Exam of answerer tiny-0\.1b/);
  assert.deepEqual(calls.at(-1)?.params, { role: 'answerer' });
  const none = await run(['models', 'exam'], daemon({ 'goldfish/models/exam': { exams: [] } }));
  assert.match(none.out, /No role has a model/);
});
