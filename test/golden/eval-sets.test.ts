import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { listFolderContents, readWantedFiles } from '../../server/src/evaluation/preparing/find-set-files.ts';
import { ALL_SETS } from '../../server/src/evaluation/sets/all-sets.ts';
import type { ParsedItem, SetAdapter } from '../../server/src/evaluation/sets/set-adapter.ts';
import { golden } from '../support/golden.ts';

const root = join(import.meta.dirname, 'eval-sets');

/** Reads a fixture as `eval prepare` reads a set. */
function parseFixture(adapter: SetAdapter) {
  const contents = listFolderContents(join(root, adapter.id));
  const files = new Map(
    adapter.files.map((wanted) => [
      wanted.role,
      readWantedFiles(contents, wanted).filter(({ name }) => name !== 'expected.json'),
    ]),
  );
  return adapter.parse(files);
}

test('given a fixture in the format of each set, when it is read, then the items are the known ones', () => {
  for (const adapter of ALL_SETS) {
    const parsed = JSON.parse(JSON.stringify(parseFixture(adapter)));
    golden(join('eval-sets', adapter.id, 'expected.json'), `${JSON.stringify(parsed, null, 1)}\n`);
    assertSound(adapter, parsed.items);
  }
});

/** What must be true of every set. */
function assertSound(adapter: SetAdapter, items: readonly ParsedItem[]): void {
  assert.ok(items.length > 0);
  assert.equal(new Set(items.map(({ id }) => id)).size, items.length, 'ids are unique');
  for (const { id, task, options, gold, question } of items) {
    assert.ok(id.startsWith(`${adapter.id}:`));
    assert.equal(task, adapter.task);
    assert.ok(question.trim().length > 0);
    if (gold.index !== undefined) assert.equal(gold.text, options?.[gold.index]);
    if (task === 'moment') assert.ok((gold.spans ?? []).length > 0);
  }
}

test('given the fixtures, when their folders are listed, then every set has one', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), ALL_SETS.map(({ id }) => id).sort());
});

test('given files of no known form, when any set reads them, then it reports problems and throws nothing', () => {
  const hostile = ['', '{', '[1, null, "x", {}]', '{"a": 1}', '\uFEFF[{"question": 5}]', 'a\tb\nc', '\0'];
  for (const adapter of ALL_SETS)
    for (const text of hostile)
      for (const { role } of adapter.files) {
        const parsed = adapter.parse(new Map([[role, [{ name: 'hostile.json', text }]]]));
        assert.deepEqual(parsed.items, [], adapter.id);
      }
});
