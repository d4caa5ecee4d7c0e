import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  findHubToken,
  findSharedCache,
  findSharedModel,
} from '../../server/src/adapters/models/hugging-face-cache.ts';
import { findIdInPath } from '../../server/src/core/models/shared-cache-path.ts';
import { tempFolder } from '../support/temp-folder.ts';

const COMMIT = 'a'.repeat(40);

/** Lays a model out as Hugging Face's own programs do. */
function layOut(hub: string, files: readonly string[]): string {
  const model = join(hub, 'models--tests--tiny');
  const snapshot = join(model, 'snapshots', COMMIT);
  mkdirSync(join(model, 'refs'), { recursive: true });
  writeFileSync(join(model, 'refs/main'), COMMIT);
  mkdirSync(join(snapshot, 'onnx'), { recursive: true });
  for (const file of files) writeFileSync(join(snapshot, file), '{}');
  return snapshot;
}

test('given a model that another program downloaded, when looked for, then its snapshot is found by branch and commit', () => {
  const home = tempFolder();
  const snapshot = layOut(join(home, 'hub'), ['config.json', 'onnx/model.onnx']);
  const expected = { revision: COMMIT, folder: snapshot };
  assert.deepEqual(findSharedModel({ HF_HOME: home }, 'tests/tiny', undefined), expected);
  assert.deepEqual(findSharedModel({ HF_HUB_CACHE: join(home, 'hub') }, 'tests/tiny', COMMIT), expected);
  assert.equal(findSharedModel({ HF_HOME: home }, 'tests/tiny', 'b'.repeat(40)), undefined);
  assert.equal(findSharedModel({ HF_HOME: home }, 'tests/other', undefined), undefined);
  assert.equal(findSharedModel({ HF_HOME: home }, 'tests/tiny', '../..'), undefined);
});

test('given no cache, an empty one or a variable, when a place to share is looked for, then only a cache that is used counts', () => {
  const home = tempFolder();
  const env = { XDG_CACHE_HOME: home };
  assert.equal(findSharedCache(env), undefined, 'nobody uses it here');
  mkdirSync(join(home, 'huggingface/hub'), { recursive: true });
  assert.equal(findSharedCache(env), join(home, 'huggingface/hub'));
  assert.equal(findSharedCache({ HF_HOME: join(home, 'own') }), join(home, 'own/hub'), 'a variable names it');
  assert.equal(findSharedCache({ HF_HUB_CACHE: join(home, 'cache') }), join(home, 'cache'));
});

test('given a model without graphs, when looked for, then it is not used', () => {
  const home = tempFolder();
  layOut(join(home, 'hub'), ['config.json']);
  assert.equal(findSharedModel({ HF_HOME: home }, 'tests/tiny', undefined), undefined);
});

test('given a login, when the token is needed, then the variable comes before the file', () => {
  const home = tempFolder();
  assert.equal(findHubToken({ HF_HOME: home }), undefined);
  writeFileSync(join(home, 'token'), 'hf_stored\n');
  assert.equal(findHubToken({ HF_HOME: home }), 'hf_stored');
  assert.equal(findHubToken({ HF_HOME: home, HF_TOKEN: 'hf_set' }), 'hf_set');
  writeFileSync(join(home, 'elsewhere'), 'hf_other');
  assert.equal(findHubToken({ HF_HOME: home, HF_TOKEN_PATH: join(home, 'elsewhere') }), 'hf_other');
});

test('given a path in the shared cache, when read, then it names the model', () => {
  assert.equal(
    findIdInPath(`/x/hub/models--intfloat--e5-small-v2/snapshots/${COMMIT}`),
    'intfloat/e5-small-v2',
  );
  assert.equal(findIdInPath('C:\\x\\models--BAAI--bge-m3\\snapshots\\1'), 'BAAI/bge-m3');
  assert.equal(findIdInPath('/models/bge-m3'), undefined);
});
