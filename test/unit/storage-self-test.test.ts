import assert from 'node:assert/strict';
import test from 'node:test';
import { checkConditionalWrites } from '../../server/src/adapters/object-storage/self-test.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import type { ObjectStorage, WriteCondition } from '../../server/src/ports/object-storage.ts';
import { createMemoryObjects } from '../fakes/memory-objects.ts';

const isReplacement = (condition?: WriteCondition) => typeof condition === 'object';

/** Ways in which a storage can get conditions wrong: what it does with a write, and what the message says. */
const FAULTS: readonly (readonly [string, (real: ObjectStorage) => ObjectStorage['write'], RegExp])[] = [
  [
    'ignores all conditions',
    (real) => (name, text) => real.write(name, text),
    /overwrote an existing object/,
  ],
  [
    'ignores If-Match only',
    (real) => (name, text, condition) =>
      real.write(name, text, isReplacement(condition) ? undefined : condition),
    /overwrote a changed object/,
  ],
  [
    'never creates under a condition',
    (real) => async (name, text, condition) =>
      condition === 'absent' ? undefined : await real.write(name, text, condition),
    /refused to create a new object/,
  ],
  [
    'never matches a version',
    (real) => async (name, text, condition) =>
      isReplacement(condition) ? undefined : await real.write(name, text, condition),
    /refused to replace an unchanged object/,
  ],
];

for (const [name, write, message] of FAULTS)
  test(`given storage that ${name}, when tested, then it is refused and nothing is left`, async () => {
    const objects = createMemoryObjects();
    await assert.rejects(
      checkConditionalWrites({ ...objects, write: write(objects) }),
      (error: unknown) =>
        error instanceof StoreError && error.kind === 'unsafe' && message.test(error.message),
    );
    assert.equal(objects.stored.size, 0);
  });

test('given storage with conditional writes, when tested, then it passes and nothing is left', async () => {
  const objects = createMemoryObjects();
  await checkConditionalWrites(objects);
  assert.equal(objects.stored.size, 0);
});
