import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSearchScope } from '../../server/src/library/parse-scope.ts';
import { RequestError } from '../../server/src/library.ts';

test('given a date, when parsed, then the scope is the whole day; given a time, then it ends there', () => {
  const scope = parseSearchScope({ recordedFrom: '2026-11-23', recordedTo: '2026-11-23' });
  assert.equal((scope.recordedToMs ?? 0) - (scope.recordedFromMs ?? 0), 86_400_000);
  assert.equal(
    parseSearchScope({ recordedTo: '2026-11-23T10:00:00Z' }).recordedToMs,
    Date.UTC(2026, 10, 23, 10) + 1,
  );
  assert.deepEqual(parseSearchScope(undefined), {});
});

test('given a text that is no date, when parsed, then the error names the parameter', () => {
  assert.throws(
    () => parseSearchScope({ recordedFrom: 'last Tuesday' }),
    (error) =>
      error instanceof RequestError && error.kind === 'invalid' && /recordedFrom/.test(error.message),
  );
});
