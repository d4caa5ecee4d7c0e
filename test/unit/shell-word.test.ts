import assert from 'node:assert/strict';
import test from 'node:test';
import { shellWord } from '../../client/src/shell-word.ts';

test('given special characters in a file name, when it is quoted, then it starts no other command', () => {
  assert.equal(shellWord('file:///C:/a&calc|b.mp4#t=20'), '"file:///C:/a&calc|b.mp4#t=20"');
  assert.equal(shellWord('C:\\Program Files\\goldfish.cmd'), '"C:\\Program Files\\goldfish.cmd"');
});

test('given a quotation mark, when a word is quoted, then it is refused', () => {
  assert.throws(() => shellWord('a" & calc & "'), /contains a quotation mark/);
});
