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

test('the first run on a terminal asks once, with sizes, and fetches what is missing of each role', async () => {
  const { calls, err, code } = await run(['index', 'Talks'], daemon(), 'y\n');
  assert.equal(code, 0);
  assert.match(err, /captioner +a\/see, 300 MB; Small\./);
  assert.match(err, /transcriber +a\/hear, size not known yet/);
  assert.match(err, /Together 300 MB and 1 of a size that is not known yet\./);
  assert.match(err, /From https:\/\/hub\.test, kept in \/models/);
  assert.match(err, /Fetch them now\? \[Y\/n\]/);
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

test('Return is yes, no is kept, and the end of input fetches nothing', async () => {
  const yes = await run(['index', 'Talks'], daemon(), '\n');
  assert.ok(sent(yes.calls).includes('models/pull a/see'));
  const no = await run(['index', 'Talks'], daemon(), 'n\n');
  assert.deepEqual(sent(no.calls).slice(3), ['settings/set models.firstPull never', 'index']);
  assert.match(no.err, /not asked again\. Later: npm run -s goldfish -- models pull --defaults/);
  const ended = await run(['index', 'Talks'], daemon(), '');
  assert.ok(!sent(ended.calls).some((call) => call.startsWith('models/pull')));
});

test('nobody is asked without a terminal, with --json, offline, or where the setting says never', async () => {
  const quiet = async (argv: readonly string[], answers: Answers, typed?: string) => {
    const { calls, err } = await run(argv, answers, typed);
    assert.ok(!sent(calls).some((call) => call.startsWith('models/pull')), sent(calls).join());
    assert.ok(sent(calls).includes('index'));
    assert.doesNotMatch(err, /Fetch/);
  };
  await quiet(['index', 'Talks'], daemon());
  await quiet(['index', 'Talks', '--json'], daemon(), 'y\n');
  await quiet(['index', 'Talks'], daemon({ 'goldfish/models/list': { ...list, offline: true } }), 'y\n');
  const never = { settings: { ...settings, 'models.firstPull': 'never' } };
  await quiet(['index', 'Talks'], daemon({ 'goldfish/settings/get': never }), 'y\n');
});

test('with the setting "always" it fetches without a word, on no terminal too', async () => {
  const always = { settings: { ...settings, 'models.firstPull': 'always' } };
  const { calls, err } = await run(['index', 'Talks'], daemon({ 'goldfish/settings/get': always }));
  assert.deepEqual(sent(calls).slice(3), ['models/pull a/see', 'models/pull a/hear', 'index']);
  assert.doesNotMatch(err, /Fetch them/);
});

test('a hub out of reach is told once, nobody waits for it again, and indexing goes on', async () => {
  const { calls, err, code, out } = await run(
    ['index', 'Talks'],
    daemon({ 'goldfish/models/pull': unreachable }),
    'y\n',
  );
  assert.equal(code, 0);
  assert.deepEqual(sent(calls).slice(3), ['models/pull a/see', 'index']);
  assert.match(err, /a\/see could not be fetched: .*fetch failed\nCheck the network\.\nGoldfish goes on/);
  assert.match(out, /Indexed 1 video/);
});

test('pull --defaults fetches all that are missing, and one that the hub refuses does not keep back the next', async () => {
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
  assert.match(out, /a\/hear is here: 5\.0 MB\.\na\/see could not be fetched/);
  const whole = { ...list, models: list.models.map((model) => ({ ...model, bytes: 1 })) };
  const nothing = await run(['models', 'pull', '--defaults'], daemon({ 'goldfish/models/list': whole }));
  assert.match(nothing.out, /Nothing is missing/);
  assert.equal((await run(['models', 'pull', 'a/b', '--defaults'], daemon())).code, 2);
});

test('a bar for the model and one for its file', async () => {
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

test('sizes are told as far as they are known', () => {
  const of = (...sizes: readonly (number | undefined)[]) =>
    formatMissingModels(sizes.map((pullBytes): ModelEntry => ({ id: 'a/b', default: true, pullBytes })))
      .split('\n')
      .at(-1);
  assert.equal(of(1000, 2000), 'Together 3.0 kB.');
  assert.match(of(undefined) ?? '', /is not known yet: the hub tells/);
});

test('doctor: what is missing is got from the hub or without it, and each host that something is sent to has its line', async () => {
  const status = { pid: 1, versions: { build: 'b' }, videos: 0, work: { failed: [] } } as never;
  const answers = daemon({ 'goldfish/status': status });
  const { out } = await run(['doctor'], answers);
  assert.match(
    out,
    /captioner +none: a\/see is not downloaded\n +goldfish models pull a\/see \(300 MB\); without the hub copy a model folder here .* goldfish models use captioner \/that\/folder/,
  );
  assert.match(out, /model hub +https:\/\/hub\.test, asked by "models pull" alone/);
  assert.match(
    out,
    /sent away +questions with the text of the clips found go to http:\/\/10\.0\.0\.5\/v1 \(models\.answerer\)/,
  );
  assert.match(out, /goldfish models use frameEmbedder \/that\/folder\n/, 'no host can be set for it');
  const offline = await run(['doctor'], { ...answers, 'goldfish/models/list': { ...list, offline: true } });
  assert.match(offline.out, /captioner[^\n]*\n +copy a model folder here/);
  assert.match(offline.out, /model hub +never asked: downloads are switched off/);
});
