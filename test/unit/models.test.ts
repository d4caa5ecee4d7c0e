import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readManifest } from '../../server/src/adapters/models/manifest.ts';
import {
  LOCK_FILE_NAME,
  listCachedModels,
  removeCachedModel,
  toModelFolder,
} from '../../server/src/adapters/models/model-cache.ts';
import type { Settings } from '../../server/src/core/domain/settings.ts';
import { ANSWER_EXAM } from '../../server/src/core/exams/answer-exam.ts';
import { defaultModel, findPullSize, MODEL_ROLES } from '../../server/src/core/models/manifest.ts';
import { parseModelSetting } from '../../server/src/core/models/model-setting.ts';
import { createModels } from '../../server/src/daemon/models.ts';
import { completeSettings } from '../../server/src/settings/schema.ts';
import { createMemoryExamBook } from '../fakes/memory-exam-book.ts';
import { openaiServer } from '../support/openai-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { TINY_HOST } from '../support/tiny-scenes.ts';

test('given a model setting, when parsed, then it is a default, none, a folder, a hub id or an endpoint', () => {
  const check = (text: string, expected: unknown) => assert.deepEqual(parseModelSetting(text), expected);
  check('', { kind: 'default' });
  check('none', { kind: 'none' });
  check('captioner', { kind: 'captioner' });
  check('/models/mine', { kind: 'folder', folder: '/models/mine' });
  check('C:\\models\\mine', { kind: 'folder', folder: 'C:\\models\\mine' });
  check('owner/a.name', { kind: 'hub', id: 'owner/a.name', revision: undefined });
  check('owner/name@v1.2', { kind: 'hub', id: 'owner/name', revision: 'v1.2' });
  const endpoint = { kind: 'endpoint', baseUrl: 'http://127.0.0.1:11434/v1', model: 'qwen2.5vl:3b' };
  check('http://127.0.0.1:11434/v1/#qwen2.5vl:3b', endpoint);
});

test('given any other text or an address with a key, when parsed, then it is refused', () => {
  for (const text of [
    'name',
    'a/b/c',
    '../../etc',
    'a/..',
    'http://host/v1',
    'http://host/v1#',
    'ftp://h/v1#m',
  ])
    assert.equal(parseModelSetting(text), undefined, text);
  assert.equal(
    parseModelSetting('http://user:secret@host/v1#m'),
    undefined,
    'a key in an address would be logged',
  );
});

test('given the manifest, then defaults and ids are unique, and only captioners have a budget', () => {
  const manifest = readManifest();
  // What comes with Goldfish needs no pull. Voice prints are made only for people who choose a diariser.
  const pulledRoles = MODEL_ROLES.filter((role) => role !== 'voiceDetector' && role !== 'diariser');
  for (const role of pulledRoles) assert.ok(defaultModel(manifest, role), role);
  const keys = manifest.models.map(({ role, id }) => `${role} ${id}`);
  assert.equal(new Set(keys).size, keys.length);
  for (const { role, budget, id } of manifest.models)
    assert.equal(budget !== undefined, role === 'captioner', id);
  for (const role of pulledRoles)
    assert.equal(manifest.models.filter((model) => model.role === role && model.default).length, 1);
});

test('given the manifest, when sizes are listed without a hub, then every model has one, and the defaults are about 1.2 GB', () => {
  const { models } = readManifest();
  const sizes = models.map((model) => ({ model, ...findPullSize(model) }));
  for (const { model, pullBytes, pullBytesEstimated } of sizes) {
    assert.ok((pullBytes ?? 0) > 10_000_000, model.id);
    assert.equal(pullBytesEstimated, model.files === null ? true : undefined, model.id);
  }
  const defaults = sizes.filter(({ model }) => model.default).map(({ pullBytes = 0 }) => pullBytes);
  const gigabytes = defaults.reduce((sum, bytes) => sum + bytes, 0) / 1e9;
  assert.ok(gigabytes > 1.1 && gigabytes < 1.3, String(gigabytes));
});

test('given the manifest, when licences are listed, then each model states its own', () => {
  const missing = readManifest().models.filter(({ licence }) => licence === null);
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  );
});

test('given a model whose files are pinned, when its size is asked, then it is that of the files', () => {
  const [model] = readManifest().models;
  assert.ok(model);
  const files = [{ path: 'onnx/model_quantized.onnx', bytes: 7, sha256: null }];
  assert.deepEqual(findPullSize({ ...model, files, pullBytesEstimate: 9 }), { pullBytes: 7 });
  assert.deepEqual(findPullSize({ ...model, files: null, pullBytesEstimate: 9 }), {
    pullBytes: 9,
    pullBytesEstimated: true,
  });
});

/** Models under settings that a test changes. */
function open(t: test.TestContext, first: Partial<Settings>, modelsDir = tempFolder()) {
  let settings: Settings = { ...completeSettings({}).settings, ...first };
  const listeners = new Set<(settings: Settings) => void>();
  const models = createModels({
    settings: () => settings,
    onSettings(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    modelsDir,
    env: { SOME_KEY: 'sk-secret' },
    exams: createMemoryExamBook(),
    threads: () => 1,
    log: () => undefined,
  });
  t.after(() => models.close());
  const set = (more: Partial<Settings>) => {
    settings = { ...settings, ...more };
    for (const listener of listeners) listener(settings);
  };
  return { models, set, modelsDir };
}

test('given no models, then each role is unused and the advice says how to get one', (t) => {
  const { models } = open(t, {});
  assert.equal(models.captioner(), undefined);
  assert.equal(models.answerer(), undefined);
  assert.match(models.advice().join(), /goldfish models pull HuggingFaceTB\/SmolVLM2-256M/);
  assert.deepEqual(
    models.roles().map(({ role, inUse }) => `${role}: ${inUse}`),
    [
      'captioner: none',
      'transcriber: none',
      'voiceDetector: Silero VAD 6 (1.0.3)',
      'diariser: none',
      'reader: PP-OCRv4 1.4.2, tesseract.js for crowded pictures',
      'textEmbedder: none',
      'frameEmbedder: none',
      'reranker: none',
      'answerer: quotes',
    ],
  );
});

test('given a captioner setting, when it changes, then the folder, the endpoint or none is used and privacy is stated', (t) => {
  const { models, set } = open(t, { 'models.captioner': TINY_HOST.folder });
  let changes = 0;
  models.onChange(() => {
    changes += 1;
  });
  const local = models.captioner();
  assert.deepEqual(local?.budget, { frames: 4, framePx: 32, words: 40, tokens: 20 });
  assert.match(local?.revision ?? '', /^[0-9a-f]{12}$/);
  set({ 'ask.clips': 5 });
  assert.equal(models.captioner(), local, 'another setting changes no model');
  set({ 'models.frames': 6 });
  assert.equal(models.captioner()?.budget.frames, 6);
  set({ 'models.captioner': 'http://127.0.0.1:9/v1#vision', 'models.keyVariable': 'SOME_KEY' });
  assert.equal(models.captioner()?.name, 'vision');
  const shown = JSON.stringify(models.roles());
  assert.match(shown, /frames and speech are sent there/);
  assert.doesNotMatch(shown, /sk-secret/);
  set({ 'models.captioner': 'none' });
  assert.equal(models.captioner(), undefined);
  assert.deepEqual(models.advice(), []);
  assert.equal(changes, 3);
});

test('given a transcriber setting, when it changes, then the endpoint, the folder or the missing model is reported', (t) => {
  const { models, set } = open(t, {});
  assert.equal(models.transcriber(), undefined);
  set({ 'models.transcriber': 'http://127.0.0.1:9/v1#whisper-1' });
  assert.equal(models.transcriber()?.name, 'whisper-1');
  assert.match(JSON.stringify(models.roles()), /the sound of videos is sent there/);
  set({ 'models.transcriber': '/models/my-whisper' });
  assert.equal(models.transcriber()?.name, 'my-whisper');
  assert.doesNotMatch(JSON.stringify(models.roles()), /the sound of videos is sent there/);
  set({ 'models.transcriber': 'owner/whisper' });
  assert.equal(models.transcriber(), undefined);
  assert.match(models.advice().join(), /goldfish models pull owner\/whisper/);
});

test('given embedder and reranker settings, when they change, then each is used, and what is sent to a host is stated', (t) => {
  const { model, host } = tinyModel('tiny-clip');
  const { models, set } = open(t, {
    'models.textEmbedder': tinyModel('tiny-embedder').host.folder,
    'models.frameEmbedder': host.folder,
    'models.reranker': '/models/my-ranker',
  });
  assert.equal(models.textEmbedder()?.name, 'model');
  assert.equal(models.frameEmbedder()?.framePx, 32);
  assert.equal(models.reranker()?.name, 'my-ranker');
  assert.doesNotMatch(JSON.stringify(models.roles()), /sent there/);
  const text = models.textEmbedder();
  set({ 'models.reranker': 'http://127.0.0.1:9/v1#ranks' });
  assert.equal(models.textEmbedder(), text, 'another role changes no model');
  assert.match(JSON.stringify(models.roles()), /questions and the passages found are sent there/);
  set({ 'models.textEmbedder': 'http://127.0.0.1:9/v1#embeds', 'models.frameEmbedder': 'none' });
  assert.equal(models.textEmbedder()?.name, 'embeds');
  assert.match(
    JSON.stringify(models.roles()),
    /questions, captions, speech and text on screen are sent there/,
  );
  assert.equal(models.frameEmbedder(), undefined, model.id);
});

test('given a text embedder, when its pooling changes, then its revision differs', (t) => {
  const folder = join(tempFolder(), 'mine');
  cpSync(tinyModel('tiny-embedder').host.folder, folder, { recursive: true });
  const { models, set } = open(t, { 'models.textEmbedder': folder });
  const before = models.textEmbedder()?.revision;
  writeFileSync(join(folder, 'goldfish.json'), '{"pooling": "cls"}');
  set({});
  assert.ok(before);
  assert.notEqual(models.textEmbedder()?.revision, before);
});

test('given "captioner" as answerer, when the captioner changes, then the answerer does too', (t) => {
  const { models, set } = open(t, { 'models.answerer': 'captioner' });
  assert.equal(models.answerer(), undefined);
  assert.match(JSON.stringify(models.roles()), /answerer is \\"captioner\\", but no captioner is in use/);
  set({ 'models.captioner': TINY_HOST.folder });
  const local = models.answerer();
  assert.equal(local?.name, 'model');
  set({ 'models.captioner': 'http://127.0.0.1:9/v1#vision' });
  assert.equal(models.answerer()?.name, 'vision');
  assert.match(JSON.stringify(models.roles()), /questions and the clips found are sent to its endpoint/);
  set({ 'models.answerer': '/models/my-writer' });
  assert.equal(models.answerer()?.name, 'my-writer');
  for (const key of ['models.captioner', 'models.reranker'] as const) {
    assert.equal(
      completeSettings({ [key]: 'captioner' }).settings[key],
      '',
      `${key} cannot be the captioner`,
    );
  }
});

test('given a default model, when its download is complete, then it is used; when it is removed, then it is not', (t) => {
  const { models, modelsDir } = open(t, {});
  const id = defaultModel(readManifest(), 'captioner')?.id ?? '';
  const place = toModelFolder(modelsDir, id);
  mkdirSync(place, { recursive: true });
  cpSync(TINY_HOST.folder, join(place, 'abc'), { recursive: true });
  models.refresh();
  assert.equal(models.captioner(), undefined, 'without its lock file a download is not whole');
  writeFileSync(join(place, LOCK_FILE_NAME), JSON.stringify({ id, revision: 'abc', files: [] }));
  models.refresh();
  assert.equal(models.captioner()?.name, id);
  assert.equal(models.captioner()?.revision, 'abc');
  assert.equal(models.captioner()?.budget.framePx, 512);
  assert.deepEqual(
    listCachedModels(modelsDir).map((model) => model.id),
    [id],
  );
  assert.equal(removeCachedModel(modelsDir, id), true);
  models.refresh();
  assert.equal(models.captioner(), undefined);
});

test('given an answerer that fails, when its role is shown, then it names the problem in the words of the host until it works', async (t) => {
  const server = await openaiServer({ model: 'm', answer: () => ['Yes.'] });
  t.after(() => server.close());
  const { models } = open(t, { 'models.answerer': `${server.baseUrl}#m` });
  const describe = () => models.roles().find(({ role }) => role === 'answerer')?.why ?? '';
  const ask = async () =>
    models.answerer()?.answer([{ role: 'user', text: 'Q' }], () => undefined, new AbortController().signal);
  const message = 'Requested tokens (460) exceed context window of 256';
  server.faults.push({ status: 500, body: JSON.stringify({ error: { message } }) });
  await assert.rejects(ask());
  assert.match(describe(), /last problem: .*exceed context window of 256/);
  assert.equal(await ask(), 'Yes.');
  assert.doesNotMatch(describe(), /last problem/);
});

test('given answerers of known sizes, when chosen, then small ones are asked plainly', (t) => {
  const styleOf = (name: string) =>
    open(t, { 'models.answerer': `http://127.0.0.1:9/v1#${name}` }).models.answerer()?.style;
  assert.equal(styleOf('qwen2.5-coder-0.5b-instruct'), 'plain');
  assert.equal(styleOf('smollm2:135m'), 'plain');
  assert.equal(styleOf('HuggingFaceTB/SmolLM2-1.7B'), 'cited');
  assert.equal(styleOf('qwen3:8b'), 'cited');
  assert.equal(styleOf('gpt-4o-mini'), 'cited');
});

test('given an answerer that fails its exam, when it is chosen, then quotes are used until a user overrides it', async (t) => {
  const server = await openaiServer({ model: 'm', answer: () => ['[1][3]'] });
  t.after(() => server.close());
  const { models, set } = open(t, { 'models.answerer': `${server.baseUrl}#m` });
  assert.ok(models.answerer());
  const exam = await models.examine('answerer', new AbortController().signal);
  assert.equal(exam?.mark.isFit, false);
  assert.equal(models.answerer(), undefined);
  const role = models.roles().find((each) => each.role === 'answerer');
  assert.equal(role?.inUse, 'quotes');
  assert.match(role?.why ?? '', /m is not used: 4 of 12 answers right/);
  assert.match(models.advice().join(), /models\.exams/);
  set({ 'models.exams': 'ignore' });
  assert.ok(models.answerer());
  assert.equal(await models.examine('reranker', new AbortController().signal), undefined);
});

test('given an answerer that cannot cite but answers right, when it has taken its exam, then it is asked plainly', async (t) => {
  const answer = (request: { readonly messages: readonly { readonly text: string }[] }) => {
    const question = /Question: (.*)/.exec(request.messages.at(-1)?.text ?? '')?.[1];
    const found = ANSWER_EXAM.find((each) => each.question === question);
    const line = found?.lines.find(({ text }) => found.expected && text.includes(found.expected));
    return [line?.text ?? 'I do not know.'];
  };
  const server = await openaiServer({ model: 'm', answer });
  t.after(() => server.close());
  const { models } = open(t, { 'models.answerer': `${server.baseUrl}#m` });
  assert.equal(models.answerer()?.style, 'cited');
  await models.examine('answerer', new AbortController().signal);
  assert.equal(models.answerer()?.style, 'plain');
  assert.match(
    models.roles().find(({ role }) => role === 'answerer')?.why ?? '',
    /exam: 12 of 12 answers right/,
  );
});
