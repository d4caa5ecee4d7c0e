import assert from 'node:assert/strict';
import test from 'node:test';
import { computePullBytes, type ManifestModel } from '../../server/src/core/models/manifest.ts';
import {
  fillManifestModel,
  findManifestDifferences,
  type HubModelInfo,
} from '../../server/src/core/models/manifest-pins.ts';

const blank: ManifestModel = {
  id: 'a/b',
  role: 'captioner',
  default: true,
  note: 'Small.',
  licence: null,
  revision: null,
  files: null,
};
const told: HubModelInfo = {
  revision: 'r1',
  licence: 'apache-2.0',
  files: [
    { path: 'config.json', bytes: 5, sha256: null },
    { path: 'onnx/model.onnx', bytes: 100, sha256: 'aa' },
  ],
};

test('given a manifest entry with nulls, when filled, then values come from the hub, and its nulls stay', () => {
  assert.deepEqual(fillManifestModel(blank, told), { ...blank, ...told });
  const silent = { ...told, licence: null };
  assert.equal(fillManifestModel(blank, silent).licence, null);
  assert.deepEqual(findManifestDifferences(blank, told), []);
});

test('given values in the manifest, when filled, then they stay, and differences from the hub are listed', () => {
  const files = [
    { path: 'config.json', bytes: null, sha256: 'cc' },
    { path: 'onnx/model.onnx', bytes: 99, sha256: null },
    { path: 'gone.json', bytes: 1, sha256: null },
  ];
  const model = { ...blank, licence: 'Apache-2.0', revision: 'r1', files };
  assert.deepEqual(fillManifestModel(model, told).files, [
    { path: 'config.json', bytes: 5, sha256: 'cc' },
    { path: 'onnx/model.onnx', bytes: 99, sha256: 'aa' },
    { path: 'gone.json', bytes: 1, sha256: null },
  ]);
  assert.equal(fillManifestModel(model, told).licence, 'Apache-2.0');
  assert.deepEqual(findManifestDifferences(model, told), [
    'a/b: the size of onnx/model.onnx is 99 in the manifest and 100 on the hub',
    'a/b: gone.json is not on the hub',
  ]);
});

test("given a pinned revision that is not the hub's, when filled, then nothing changes and the difference is listed", () => {
  const model = { ...blank, revision: 'r0' };
  assert.equal(fillManifestModel(model, told), model);
  assert.match(
    findManifestDifferences(model, told).join(),
    /the revision is r0 in the manifest and r1 on the hub/,
  );
});

test('given the files of a model, when the download is sized, then each graph counts once, and a missing size gives none', () => {
  const file = (path: string, bytes: number | null) => ({ path, bytes, sha256: null });
  const files = [
    file('config.json', 5),
    file('onnx/model.onnx', 1000),
    file('onnx/model_quantized.onnx', 300),
    file('README.md', null),
  ];
  assert.equal(computePullBytes({ ...blank, files }), 305);
  assert.equal(computePullBytes(blank), undefined);
  assert.equal(
    computePullBytes({ ...blank, files: [file('config.json', null), ...files.slice(1)] }),
    undefined,
  );
});
