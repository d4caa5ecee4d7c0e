import assert from 'node:assert/strict';
import test from 'node:test';
import { createThoughtFilter, stripThoughts } from '../../server/src/core/generation/strip-thoughts.ts';

function stream(pieces: readonly string[]): string {
  const filter = createThoughtFilter();
  return pieces.map((piece) => filter.push(piece)).join('') + filter.end();
}

test('given a text with thoughts, when they are stripped, then only the answer is left', () => {
  assert.equal(stripThoughts('<think>The user wants it.</think>\n\nHeat.'), 'Heat.');
  assert.equal(stripThoughts('The user wants it.</think> Heat.'), 'Heat.');
  assert.equal(stripThoughts('<think>The user wants a descr'), '');
  assert.equal(stripThoughts('Heat.'), 'Heat.');
});

test('given thoughts in a stream, cut anywhere, when filtered, then none of them is shown', () => {
  for (const text of ['<think>A cat?\n</think>\n\nA dog.', '\n<thinking>x</thinking> A dog.', 'A dog.']) {
    assert.equal(stream([...text]), 'A dog.', text);
    assert.equal(stream([text]), 'A dog.', text);
  }
  assert.equal(stream(['<thi', 'nk>A cat, and then']), '');
});

test('given a text that only looks like a mark at first, when filtered, then it is complete', () => {
  assert.equal(stream(['<', 'th> is bold']), '<th> is bold');
  assert.equal(stream(['<thin']), '<thin');
  assert.equal(stream(['a < b', ' <think> c']), 'a < b <think> c');
});
