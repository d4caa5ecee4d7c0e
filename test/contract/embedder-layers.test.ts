import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Tensor } from '@huggingface/transformers';
import { loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import { readPoolingConfig } from '../../server/src/adapters/transformers/pooling-config.ts';
import {
  embedLoadedTexts,
  type LoadedTextEmbedder,
  TEXT_EMBEDDER_LOADER,
} from '../../server/src/adapters/transformers/sentence-embedding.ts';
import { packageRoot } from '../../server/src/base/package-root.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TINY = join(packageRoot(), 'models/tiny-embedder/model');
const never = new AbortController().signal;
const load = (folder: string) =>
  loadModel(TEXT_EMBEDDER_LOADER, { folder, devices: ['cpu'], avoid: {}, threads: 1 }, () => undefined);

async function embed(loaded: LoadedTextEmbedder, text: string): Promise<readonly number[]> {
  const [vector] = await embedLoadedTexts(loaded, [text], 'passage', () => undefined, never);
  assert.ok(vector);
  return [...vector];
}

function writeLayer(
  folder: string,
  rows: readonly (readonly number[])[],
  bias: readonly number[],
  name: string,
) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ activation_function: name }));
  const data = Buffer.from(Float32Array.from([...rows.flat(), ...bias]).buffer);
  const weightBytes = rows.flat().length * 4;
  const header = JSON.stringify({
    'linear.weight': { dtype: 'F32', data_offsets: [0, weightBytes] },
    'linear.bias': { dtype: 'F32', data_offsets: [weightBytes, data.length] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, Buffer.from(header), data]));
}

const assertNear = (actual: readonly number[], expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) assert.ok(Math.abs((actual[i] ?? 9) - value) < 1e-5, `${i}`);
};

test('given an embedder with a layer after its pooling, when a text is embedded, then the layer is applied', async (t) => {
  const plain = await load(TINY);
  t.after(() => plain.dispose());
  const size = (await embed(plain, 'a red car')).length;
  const folder = join(tempFolder(), 'model');
  cpSync(TINY, folder, { recursive: true });
  // Swaps the first two numbers and leaves the others out.
  const row = (one: number) => Array.from({ length: size }, (_, i) => (i === one ? 1 : 0));
  writeLayer(join(folder, '2_Dense'), [row(1), row(0)], [0, 0], 'torch.nn.modules.linear.Identity');
  const layered = await load(folder);
  t.after(() => layered.dispose());
  const [first = 0, second = 0] = await embed(plain, 'a red car');
  const length = Math.hypot(first, second);
  assertNear(await embed(layered, 'a red car'), [second / length, first / length]);
});

test('given a layer of an unknown kind, when the embedder is loaded, then the error names the folder', async () => {
  const folder = join(tempFolder(), 'model');
  cpSync(TINY, folder, { recursive: true });
  writeLayer(join(folder, '2_Dense'), [[1]], [0], 'torch.nn.modules.activation.Mish');
  await assert.rejects(load(folder), /2_Dense is of an unknown kind/);
});

test('given an embedder that outputs tokens and the finished sentence, when a text is embedded, then the sentence counts', async (t) => {
  const loaded = await load(TINY);
  t.after(() => loaded.dispose());
  const model = loaded.model as unknown as (inputs: unknown) => Promise<object>;
  const withSentence = async (inputs: unknown) => ({
    ...(await model(inputs)),
    sentence_embedding: new Tensor('float32', Float32Array.of(3, 4), [1, 2]),
  });
  const both = { ...loaded, model: withSentence as unknown as LoadedTextEmbedder['model'] };
  assertNear(await embed(both, 'a red car'), [0.6, 0.8]);
});

test('given a model in a folder named after a commit, when its pooling is read, then its family is still known', () => {
  const snapshot = join(tempFolder(), 'models--intfloat--e5-small-v2/snapshots', 'c'.repeat(40));
  mkdirSync(snapshot, { recursive: true });
  assert.equal(readPoolingConfig(snapshot).query, 'query: ');
  const folder = join(tempFolder(), 'mine');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ _name_or_path: 'BAAI/bge-small-en-v1.5' }));
  assert.equal(readPoolingConfig(folder).pooling, 'cls');
});
