import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { InferenceHostOptions } from '../../server/src/adapters/transformers/inference-host.ts';
import { createTransformersTranscriber } from '../../server/src/adapters/transformers/transcriber.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const entry = fileURLToPath(new URL('../support/broken-inference.ts', import.meta.url));

function open(t: test.TestContext, more: Partial<InferenceHostOptions>) {
  const transcriber = createTransformersTranscriber({ id: 'mine', revision: '1' }, { ...TINY_HOST, ...more });
  t.after(() => transcriber.close());
  return transcriber;
}

test('given audio that crashes or hangs the child, when transcribed, then only that request fails', async (t) => {
  const transcriber = open(t, { entry, silenceMs: 1500 });
  const kind = async (length: number) => {
    const reply = await transcriber.transcribe({ samples: new Float32Array(length) }, never);
    return 'failure' in reply ? reply.failure.kind : reply.segments[0]?.text;
  };
  assert.deepEqual(
    [await kind(1), await kind(3), await kind(2), await kind(4)],
    ['crashed', '3 samples', 'timedOut', '4 samples'],
  );
});

test('given a folder without a model, with another type or without graphs, then the error says which', async (t) => {
  const folder = tempFolder();
  const check = async (message: RegExp) => {
    const pending = open(t, { folder }).health(never);
    await assert.rejects(pending, (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError, String(error));
      assert.match(error.message, message);
      assert.ok(error.remedy);
      return true;
    });
  };
  await check(/no config.json/);
  writeFileSync(join(folder, 'config.json'), '{"model_type": "bert"}');
  await check(/does not support transcribers of type bert/);
  writeFileSync(join(folder, 'config.json'), '{"model_type": "whisper"}');
  await check(/encoder_model.onnx is missing/);
});
