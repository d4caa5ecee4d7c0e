import assert from 'node:assert/strict';
import test from 'node:test';
import { scopeOf } from '../../server/src/library/scope.ts';
import { RequestError } from '../../server/src/library.ts';

test('a bare date is a whole day, a moment is itself', () => {
  const scope = scopeOf({ recordedFrom: '2026-11-23', recordedTo: '2026-11-23' });
  assert.equal((scope.recordedToMs ?? 0) - (scope.recordedFromMs ?? 0), 86_400_000);
  assert.equal(scopeOf({ recordedTo: '2026-11-23T10:00:00Z' }).recordedToMs, Date.UTC(2026, 10, 23, 10) + 1);
  assert.deepEqual(scopeOf(undefined), {});
});

test('what is no date is told by name', () => {
  assert.throws(
    () => scopeOf({ recordedFrom: 'last Tuesday' }),
    (error) =>
      error instanceof RequestError && error.kind === 'invalid' && /recordedFrom/.test(error.message),
  );
});
