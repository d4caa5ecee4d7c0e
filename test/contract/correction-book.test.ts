import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { createJsonCorrectionBook } from '../../server/src/adapters/json-correction-book.ts';
import { type Correction, toCorrectionId } from '../../server/src/core/corrections/correction.ts';
import { withTag } from '../../server/src/core/corrections/edit-corrections.ts';
import type { CorrectionBook } from '../../server/src/ports/correction-book.ts';
import { createMemoryCorrectionBook } from '../fakes/memory-correction-book.ts';

const UNNAMED: readonly Correction[] = [
  {
    change: 'line',
    id: '',
    kind: 'caption',
    startMs: 0,
    endMs: 1000,
    was: { text: 'A car.', source: 'vlm', language: 'en' },
    text: '',
    madeMs: 1,
  },
  { change: 'speaker', id: '', was: '', speaker: 'Ana \ud83d\udc1f', madeMs: 2 },
  ...withTag([], { startMs: 5, endMs: 6 }, 'für den Trailer', 3),
];
/** Ids follow from the content: a file of an older Goldfish has others. */
const ALL = UNNAMED.map((correction) => ({ ...correction, id: toCorrectionId(correction) }));

function folder(t: test.TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'goldfish-corrections-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

const books: readonly (readonly [string, (t: test.TestContext) => () => CorrectionBook])[] = [
  [
    'memory',
    () => {
      const book = createMemoryCorrectionBook();
      return () => book;
    },
  ],
  [
    'files',
    (t) => {
      const path = join(folder(t), 'corrections');
      return () => createJsonCorrectionBook(path, (message) => assert.fail(message));
    },
  ],
];

for (const [name, make] of books)
  test(`${name}: given corrections of two videos, when one is replaced and one is emptied, then loading gives what was saved last`, async (t) => {
    const open = make(t);
    assert.equal((await open().load()).size, 0);
    await open().save('v1', ALL);
    await open().save('v2', ALL.slice(0, 1));
    assert.deepEqual((await open().load()).get('v1'), ALL);
    await open().save('v1', ALL.slice(1));
    await open().save('v2', []);
    await open().save('v3', []);
    assert.deepEqual([...(await open().load())], [['v1', ALL.slice(1)]]);
  });

test('given a broken file, when corrections are loaded, then it is set aside and the others load; a path as id is refused', async (t) => {
  const path = folder(t);
  const told: string[] = [];
  const book = createJsonCorrectionBook(path, (message) => told.push(message));
  await book.save('v1', ALL);
  writeFileSync(join(path, 'v2.json'), '[{"change":"li');
  writeFileSync(join(path, 'notes.txt'), 'mine');
  assert.deepEqual([...(await book.load()).keys()], ['v1']);
  assert.ok(existsSync(join(path, 'v2.json.broken')));
  await book.load();
  assert.equal(told.length, 2);
  for (const message of told) assert.match(message, /v2\.json\.broken\. Restore/);
  await assert.rejects(book.save('../up', ALL));
  await assert.rejects(book.save('', ALL));
  assert.deepEqual(readdirSync(path).sort(), ['notes.txt', 'v1.json', 'v2.json.broken']);
});
