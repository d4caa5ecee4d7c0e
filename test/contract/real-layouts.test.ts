// Layouts of models as they are found on the hub, made from tiny models.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { withFrameTimes } from '../../server/src/adapters/transformers/image-text-prompt.ts';
import { loadModel, requirePrecisions } from '../../server/src/adapters/transformers/load-model.ts';
import type { ModelLoader } from '../../server/src/adapters/transformers/loaded-model.ts';
import {
  generateReply,
  TEXT_GENERATION_LOADER,
  toTextPrompt,
} from '../../server/src/adapters/transformers/text-generation.ts';
import { SPEECH_LOADER } from '../../server/src/adapters/transformers/whisper-model.ts';
import { packageRoot } from '../../server/src/base/package-root.ts';
import { ANSWER_RULES, answerPrompt } from '../../server/src/core/generation/answer-prompt.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { captionOf, scenes } from '../support/tiny-scenes.ts';

const placeOf = (folder: string, devices: readonly string[] = ['cpu']) => ({
  folder,
  devices,
  avoid: {},
  threads: 1,
});

type Change = (json: Record<string, unknown>) => void;

/** Copies a tiny model with one JSON file changed. */
function changeModel(name: string, file: string, change: Change): string {
  const folder = join(tempFolder(), 'model');
  cpSync(join(packageRoot(), `models/${name}/model`), folder, { recursive: true });
  const path = join(folder, file);
  const json = JSON.parse(readFileSync(path, 'utf8'));
  change(json);
  writeFileSync(path, JSON.stringify(json));
  return folder;
}

const changeWhisper = (file: string, change: Change) => changeModel('tiny-whisper', file, change);

test('given a Whisper that does not name its processor, when loaded, then it works', async (t) => {
  const folder = changeWhisper('preprocessor_config.json', (json) => {
    delete json.processor_class;
  });
  const loaded = await loadModel(SPEECH_LOADER, placeOf(folder), () => undefined);
  t.after(() => loaded.dispose());
  assert.ok(loaded.tokens.languages.size > 0);
});

test('given a Whisper whose configuration lacks an id, when loaded, then the error names the file and the id', async () => {
  const folder = changeWhisper('generation_config.json', (json) => {
    delete json.no_timestamps_token_id;
  });
  await assert.rejects(
    loadModel(SPEECH_LOADER, placeOf(folder), () => undefined),
    /generation_config\.json in .* has no no_timestamps_token_id/,
  );
});

test('given graphs in several precisions, when an accelerator is tested, then the CPU runs the same ones', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'onnx'));
  for (const name of ['model_fp16.onnx', 'model_quantized.onnx'])
    writeFileSync(join(folder, 'onnx', name), '');
  const place = placeOf(folder);
  assert.deepEqual(requirePrecisions(place, 'cpu', ['model']), { model: 'q8' });
  assert.deepEqual(requirePrecisions({ ...place, precisionsOf: 'webgpu' }, 'cpu', ['model']), {
    model: 'fp16',
  });
});

/** A model whose graph in 8 bits is a tenth off the others. */
const differingLoader: ModelLoader<{ readonly factor: number; dispose(): Promise<void> }> = {
  async loadOn({ precisionsOf }, device) {
    const isQuantised = device === 'cpu' && precisionsOf === undefined;
    return { factor: isQuantised ? 1.1 : 1, dispose: async () => undefined };
  },
  runProbe: async ({ factor }) => [[Float32Array.of(factor, 0), Float32Array.of(0, factor)]],
};

test('given an accelerator that agrees with the CPU on the same graph, when tested, then it is used, whatever 8 bits give', {
  skip: process.platform !== 'linux' || process.arch !== 'x64' ? 'needs a build with WebGPU' : false,
}, async () => {
  const loaded = await loadModel(differingLoader, placeOf('/m', ['webgpu', 'cpu']), () => undefined);
  assert.equal(loaded.health.device, 'webgpu');
});

test('given frames for a model that was trained on videos, when its prompt is made, then it has their number and times', () => {
  const picture = (timeMs: number) => ({ timeMs, width: 1, height: 1, data: new Uint8Array(3) });
  const parts = withFrameTimes({
    pictures: [picture(60_000), picture(75_000)],
    prompt: [
      { kind: 'frame', frame: 0 },
      { kind: 'text', text: ' said ' },
      { kind: 'frame', frame: 1 },
      { kind: 'text', text: ' Describe.' },
    ],
  });
  const text = parts.map((part) => (part.kind === 'frame' ? '<image>' : part.text)).join('');
  assert.equal(
    text,
    'You are provided the following series of two frames from a 0:00:15 [H:MM:SS] video.\n' +
      '\nFrame from 00:00:<image> said \nFrame from 00:15:<image> Describe.',
  );
});

test('given a model that ships a penalty on repeated words and a short limit, when it answers, then neither shapes its text', async (t) => {
  const [scene] = scenes(1);
  assert.ok(scene);
  const write = async (more: Readonly<Record<string, unknown>>) => {
    const folder = changeModel('tiny-answerer', 'generation_config.json', (json) =>
      Object.assign(json, more),
    );
    const loaded = await loadModel(TEXT_GENERATION_LOADER, placeOf(folder), () => undefined);
    t.after(() => loaded.dispose());
    const evidence = {
      n: 1,
      title: 'clip',
      range: { startMs: 0, endMs: 5000 },
      lines: [
        {
          kind: 'caption',
          text: captionOf(scene),
          startMs: 0,
          endMs: 5000,
          source: 'c',
        },
      ],
    } as const;
    const messages = [
      { role: 'system', text: ANSWER_RULES },
      { role: 'user', text: answerPrompt('What colour is it?', [evidence], 400) },
    ] as const;
    const callbacks = { onToken: () => undefined };
    const prompt = toTextPrompt(loaded, messages);
    return generateReply(loaded, prompt, 40, callbacks, new AbortController().signal);
  };
  const plain = await write({});
  assert.ok('text' in plain && plain.text.length > 0);
  assert.deepEqual(await write({ repetition_penalty: 5, max_new_tokens: 2, max_length: 3 }), plain);
});
