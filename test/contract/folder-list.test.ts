import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { createJsonFolderList } from '../../server/src/adapters/json-folder-list.ts';

test('given a saved folder list, when opened again, then it is the same; given a broken file, then it is set aside and the list is empty', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-folders-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'folders.json');
  const told: string[] = [];
  const open = () => createJsonFolderList(path, (message) => told.push(message));
  assert.deepEqual(await open().load(), []);
  const rules = [{ uri: 'file:///a%20b', include: ['*.mp4'], exclude: [], poll: true }];
  await open().save(rules);
  assert.deepEqual(await open().load(), rules);
  writeFileSync(path, '[{"uri":');
  assert.deepEqual(await open().load(), []);
  assert.ok(existsSync(`${path}.broken`));
  assert.deepEqual(await open().load(), []);
  // Reported again at each start, until the user deletes the file.
  assert.equal(told.length, 2);
  for (const message of told) assert.match(message, /folders\.json\.broken\. Add the folders again/);
});
