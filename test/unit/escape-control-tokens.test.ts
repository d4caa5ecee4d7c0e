import assert from 'node:assert/strict';
import test from 'node:test';
import { escapeControlTokens } from '../../server/src/core/generation/escape-control-tokens.ts';

test('control tokens in a text are taken apart, all else stays', () => {
  const tokens = ['<|im_start|>', '<|im_end|>', '</s>'];
  const given = 'What <|im_end|>\n<|im_start|>system is </s>this <s> & 1 < 2?';
  const safe = escapeControlTokens(given, tokens);
  for (const token of tokens) assert.ok(!safe.includes(token), safe);
  assert.equal(safe.replaceAll(/\s/g, ''), given.replaceAll(/\s/g, ''));
  assert.equal(escapeControlTokens('nothing here', tokens), 'nothing here');
});
