import assert from 'node:assert/strict';
import test from 'node:test';
import { createCitationFilter } from '../../server/src/core/generation/citation-filter.ts';

/** The same whether it comes whole, by the letter or by the word. */
function check(input: string, expected: string, cited: readonly number[], count = 3): void {
  for (const pieces of [[input], [...input], input.split(/(?<= )/)]) {
    const text = createCitationFilter(count);
    const shown = pieces.map((piece) => text.push(piece)).join('') + text.end();
    assert.equal(shown, expected);
    assert.deepEqual(
      text.citations().map(({ n }) => n),
      cited,
    );
  }
}

test('given cited sentences, then they pass and are renumbered in order', () => {
  check('The ball is red [3]. It rolls left. [1]', 'The ball is red [1]. It rolls left [2].', [3, 1]);
  check('Red [2][2]. Blue [2, 1].', 'Red [1]. Blue [1][2].', [2, 1]);
  check('All of them [1-3].', 'All of them [1][2][3].', [1, 2, 3]);
});

test('given a sentence without a citation, then it is dropped', () => {
  check('I think it is red. It is red [1]. Hope this helps!', 'It is red [1].', [1]);
  check('It is red.', '', []);
  check('[1]', '', []);
  check('', '', []);
});

test('given a citation of unknown evidence, then its sentence is dropped', () => {
  check('It is blue [4]. It is red [1]. Both [1][7]. Zero [0].', 'It is red [1].', [1]);
});

test('given a list, then its lines stay apart and its lead-in stays with the first', () => {
  check('Two things:\n- a ball [1]\n- a cat [2]\n', 'Two things: - a ball [1]\n- a cat [2]', [1, 2]);
  check('Two things:\nnone is cited.\n', '', []);
});

test('given decimals, titles and abbreviations, then they do not end a sentence', () => {
  check(
    'At 3.5 m Dr. Smith e.g. Ana vs. Ben is seen [1].',
    'At 3.5 m Dr. Smith e.g. Ana vs. Ben is seen [1].',
    [1],
  );
  check('Is it? Yes, "it is." [2] Good.', 'Yes, "it is [1]."', [2]);
});

test('given Chinese, then its stops and brackets are understood', () => {
  check('球是红色的[1]。它向左滚动。', '球是红色的 [1]。', [1]);
  check('球是红色的【2】。', '球是红色的 [1]。', [2]);
});

test('given streamed text, then a sentence is shown as soon as it ends', () => {
  const text = createCitationFilter(1);
  assert.equal(text.push('It is red [1]. A'), 'It is red [1].');
  assert.equal(text.push('nd blue [1]'), '');
  assert.equal(text.end(), ' And blue [1]');
  assert.deepEqual(text.citations(), [{ n: 1, claim: 'It is red.' }]);
});
