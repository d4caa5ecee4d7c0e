import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { tinyModel } from '../support/tiny-models.ts';

const GRAPH = 'onnx/model.onnx';

/** Writes a reranker as `train export-model` does, with what it reached on held-out searches. */
function writeTrained(
  box: Sandbox,
  name: string,
  mrr: { readonly before: number; readonly after: number } | undefined,
): string {
  const folder = join(box.folder, name);
  cpSync(tinyModel('tiny-reranker').host.folder, folder, { recursive: true });
  const share = (value: number) => ({ rows: 20, first: value, mrr: value });
  const origin = {
    role: 'reranker',
    contents: [],
    files: {
      [GRAPH]: createHash('sha256')
        .update(readFileSync(join(folder, GRAPH)))
        .digest('hex'),
    },
    parity: { fp32: { values: 0 } },
    held_out: mrr ? { before: share(mrr.before), after: share(mrr.after) } : { before: null, after: null },
  };
  writeFileSync(join(folder, 'training.json'), JSON.stringify(origin));
  return folder;
}

test('given trained models, when they are put into use, then only a whole one that found more and passes its exam is, and one command goes back', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'models.offline', value: true });
  const inUse = async () => {
    const { settings } = (await client.result('goldfish/settings/get', { key: 'models.reranker' })) as {
      readonly settings: Record<string, unknown>;
    };
    return settings['models.reranker'];
  };
  const use = (folder: string, ...args: readonly string[]) =>
    goldfish(box, 'train', 'use', 'reranker', folder, ...args);

  const better = writeTrained(box, 'better', { before: 0.5, after: 0.7 });
  // The tiny reranker knows a few dozen words, so the exam refuses it.
  const examined = await use(better);
  assert.equal(examined.code, 1);
  assert.match(examined.stdout, /Exam of reranker better: .* is not used[\s\S]*not put into use/);
  assert.equal(await inUse(), '');
  const used = await use(better, '--force');
  assert.equal(used.code, 0, used.stdout + used.stderr);
  assert.match(used.stdout, /MRR 0\.700, before 0\.500[\s\S]*Exam of reranker[\s\S]*train undo reranker/);
  assert.equal(await inUse(), better);

  for (const [folder, message] of [
    [
      writeTrained(box, 'worse', { before: 0.7, after: 0.6 }),
      /MRR 0\.600, before 0\.700[\s\S]*not put into use/,
    ],
    [writeTrained(box, 'unknown', undefined), /No search was held out[\s\S]*--force/],
  ] as const) {
    const { code, stdout } = await use(folder);
    assert.equal(code, 1);
    assert.match(stdout, message);
    assert.equal(await inUse(), better);
  }
  const changed = writeTrained(box, 'changed', { before: 0.5, after: 0.7 });
  appendFileSync(join(changed, GRAPH), 'x');
  const foreign = tinyModel('tiny-reranker').host.folder;
  for (const [folder, message] of [
    [changed, /has changed since it was exported/],
    [foreign, /was not trained by Goldfish/],
  ] as const) {
    const { code, stderr } = await use(folder, '--force');
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
  const wrongRole = await goldfish(box, 'train', 'use', 'captioner', better);
  assert.match(wrongRole.stderr, /is a reranker, and no captioner/);

  const undone = await goldfish(box, 'train', 'undo', 'reranker');
  assert.match(undone.stdout, /In use again: the default model/);
  assert.equal(await inUse(), '');
  const again = await goldfish(box, 'train', 'undo', 'reranker');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /No trained reranker was put into use/);
});
