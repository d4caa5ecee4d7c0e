import assert from 'node:assert/strict';
import test from 'node:test';
import { shellWord } from '../../client/src/shell-word.ts';

test('what stands in a file name begins no command of its own', () => {
  assert.equal(shellWord('file:///C:/a&calc|b.mp4#t=20'), '"file:///C:/a&calc|b.mp4#t=20"');
  assert.equal(shellWord('C:\\Program Files\\goldfish.cmd'), '"C:\\Program Files\\goldfish.cmd"');
});

test('a word that would end its own quotation is refused', () => {
  assert.throws(() => shellWord('a" & calc & "'), /cannot be given/);
});
