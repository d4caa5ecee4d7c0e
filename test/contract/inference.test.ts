import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import {
  type InferenceHostOptions,
  listDevices,
} from '../../server/src/adapters/transformers/inference-host.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { CaptionReply, CaptionRequest } from '../../server/src/ports/captioner.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { framesOf, scenes, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const entry = fileURLToPath(new URL('../support/broken-inference.ts', import.meta.url));

function open(t: test.TestContext, more: Partial<InferenceHostOptions>) {
  const troubles: string[] = [];
  const onTrouble = (message: string) => troubles.push(message);
  const captioner = createTransformersCaptioner(TINY, { ...TINY_HOST, onTrouble, ...more });
  t.after(() => captioner.close());
  return { captioner, troubles };
}

const textOnly = (text: string): CaptionRequest => ({ pictures: [], prompt: [{ kind: 'text', text }] });
const texts = (replies: readonly CaptionReply[]) =>
  replies.map((reply) => ('text' in reply ? reply.text : `failed: ${reply.failure.kind}`));

test('given a clip that crashes the child, when captioned with others, then only it fails', async (t) => {
  const { captioner, troubles } = open(t, { entry });
  const replies = await captioner.caption(['a', 'crash', 'b'].map(textOnly), never);
  assert.deepEqual(texts(replies), ['a', 'failed: crashed', 'b']);
  const [, failed] = replies;
  assert.ok(failed && 'failure' in failed);
  assert.match(failed.failure.reason, /crashed on this clip.*SIGKILL/);
  assert.match(failed.failure.remedy, /goldfish reindex/);
  assert.ok(troubles.length >= 2);
});

test('given a crash that does not repeat, when captioned, then no clip fails', async (t) => {
  const { captioner } = open(t, { entry });
  const flag = join(tempFolder(), 'flag');
  const replies = await captioner.caption(['a', `crash once ${flag}`].map(textOnly), never);
  assert.deepEqual(texts(replies), ['a', `crash once ${flag}`]);
});

test('given a clip that hangs the child, when captioned, then it times out and the next one works', async (t) => {
  const { captioner, troubles } = open(t, { entry, silenceMs: 1500 });
  assert.deepEqual(texts(await captioner.caption(['hang', 'a'].map(textOnly), never)), [
    'failed: timedOut',
    'a',
  ]);
  assert.match(troubles.join('\n'), /hung/);
});

test('given a device on which the child dies, when loaded, then the CPU is used and the reason is there', async (t) => {
  const { captioner } = open(t, { entry, devices: ['deadly', 'cpu'] });
  const { device, steps } = await captioner.health(never);
  assert.equal(device, 'cpu');
  assert.match(steps[0]?.reason ?? '', /the process failed on it/);
});

test('given missing accelerators, when loaded, then the CPU is used and each step has a reason', async (t) => {
  const { captioner } = open(t, { devices: ['dml', 'cuda', 'cpu'] });
  const { device, steps } = await captioner.health(never);
  assert.equal(device, 'cpu');
  assert.deepEqual(
    steps.map((step) => [step.device, step.taken]),
    [
      ['dml', process.platform === 'win32'],
      ['cuda', false],
      ['cpu', true],
    ],
  );
  for (const step of steps) assert.ok(step.reason);
  assert.deepEqual(captioner.loaded, { device, steps });
});

test('given any platform, when devices are listed, then the last is the CPU', () => {
  for (const platform of ['linux', 'darwin', 'win32', 'freebsd'] as const)
    for (const arch of ['x64', 'arm64']) assert.equal(listDevices(platform, arch).at(-1), 'cpu');
});

/** A copy of the tiny model to be broken. */
function copy(t: test.TestContext): string {
  const folder = join(tempFolder(), 'model');
  cpSync(TINY_HOST.folder, folder, { recursive: true });
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const unusable = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelUnavailableError, String(error));
  assert.match(error.message, message);
  assert.match(error.remedy, /goldfish models/);
  return true;
};

test('given a truncated model, when loaded, then the error names its folder', async (t) => {
  const folder = copy(t);
  truncateSync(join(folder, 'onnx/decoder_model_merged.onnx'), 100_000);
  const { captioner } = open(t, { folder });
  await assert.rejects(captioner.health(never), (error: unknown) => {
    assert.ok(error instanceof Error && error.message.includes(folder));
    return unusable(/cannot be loaded/)(error);
  });
});

test('given a missing graph, a missing folder and an unsupported type, when loaded, then each error says which', async (t) => {
  const folder = copy(t);
  rmSync(join(folder, 'onnx/vision_encoder.onnx'));
  await assert.rejects(
    open(t, { folder }).captioner.health(never),
    unusable(/vision_encoder.onnx is missing/),
  );
  const nowhere = join(folder, 'nowhere');
  await assert.rejects(open(t, { folder: nowhere }).captioner.health(never), unusable(/no config.json/));
  writeFileSync(join(folder, 'config.json'), '{"model_type": "bert"}');
  const { captioner } = open(t, { folder });
  await assert.rejects(captioner.health(never), (error: unknown) => {
    return (
      error instanceof ModelUnavailableError &&
      /type bert/.test(error.message) &&
      /smolvlm/.test(error.remedy)
    );
  });
});

test('given a model with equal outputs for different pictures, when loaded, then it is refused', async (t) => {
  const folder = copy(t);
  const path = join(folder, 'onnx/vision_encoder.onnx');
  const bytes = readFileSync(path);
  // The projection from pixels to tokens: raw data (protobuf field 9) of 1024 x 64 floats. Without it no picture counts.
  const size = 1024 * 64 * 4;
  const at = bytes.indexOf(Buffer.from([0x4a, 0x80, 0x80, 0x10]));
  assert.ok(at > 0);
  bytes.fill(0, at + 4, at + 4 + size);
  writeFileSync(path, bytes);
  const { captioner } = open(t, { folder });
  await assert.rejects(captioner.health(never), unusable(/the same output for different inputs/));
});

test('given a broken model, when it is repaired, then the next call uses it', async (t) => {
  const folder = copy(t);
  const config = readFileSync(join(folder, 'config.json'));
  rmSync(join(folder, 'config.json'));
  const { captioner } = open(t, { folder });
  await assert.rejects(captioner.health(never), ModelUnavailableError);
  writeFileSync(join(folder, 'config.json'), config);
  assert.equal((await captioner.health(never)).device, 'cpu');
});

test('given a child that is killed during a call, then the call still returns every caption, in order', async (t) => {
  const { captioner } = open(t, {});
  const list = scenes(8);
  const instruction = { kind: 'text', text: 'Describe the video.' } as const;
  const requests = list.map((scene): CaptionRequest => {
    const pictures = framesOf(scene);
    const frames = pictures.map((_, frame) => ({ kind: 'frame', frame }) as const);
    return { pictures, prompt: [...frames, instruction] };
  });
  const expected = texts(await captioner.caption(requests, never));
  for (let i = 0; i < 3; i += 1) {
    const { pid } = captioner;
    assert.ok(pid);
    const pending = captioner.caption(requests, never);
    process.kill(pid, 'SIGKILL');
    assert.deepEqual(texts(await pending), expected);
  }
});
