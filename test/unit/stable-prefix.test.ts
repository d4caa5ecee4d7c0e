import assert from 'node:assert/strict';
import test from 'node:test';
import { stablePrefix } from '../../server/src/core/language/stable-prefix.ts';

test('given streamed text, then the stable prefix ends at a whole word', () => {
  const check = (text: string, expected: string) => assert.equal(stablePrefix(text), expected, text);
  check('', '');
  check('It', '');
  check('It is', 'It');
  check('It is ', 'It is');
  check('It is red .', 'It is red');
  check('the caf\uFFFD', 'the');
});

test('given streamed text without spaces, then the stable prefix ends at a whole character', () => {
  assert.equal(stablePrefix('红色的圆'), '红色的圆');
  assert.equal(stablePrefix('红色 圆\uFFFD'), '红色');
  assert.equal(stablePrefix('これは赤'), 'これは赤');
});
