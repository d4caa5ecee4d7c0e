import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSearchScope } from '../../server/src/library/parse-scope.ts';
import { RequestError } from '../../server/src/library.ts';

test('a bare date is a whole day, a moment is itself', () => {
  const scope = parseSearchScope({ recordedFrom: '2026-11-23', recordedTo: '2026-11-23' });
  assert.equal((scope.recordedToMs ?? 0) - (scope.recordedFromMs ?? 0), 86_400_000);
  assert.equal(
    parseSearchScope({ recordedTo: '2026-11-23T10:00:00Z' }).recordedToMs,
    Date.UTC(2026, 10, 23, 10) + 1,
  );
  assert.deepEqual(parseSearchScope(undefined), {});
});

test('what is no date is told by name', () => {
  assert.throws(
    () => parseSearchScope({ recordedFrom: 'last Tuesday' }),
    (error) =>
      error instanceof RequestError && error.kind === 'invalid' && /recordedFrom/.test(error.message),
  );
});
