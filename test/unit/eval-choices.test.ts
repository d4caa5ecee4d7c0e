import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatChoiceQuestion,
  orderOptions,
  rotateOptions,
} from '../../server/src/evaluation/choices/format-choice-question.ts';
import { parseChoice } from '../../server/src/evaluation/choices/parse-choice.ts';

const options = ['A cup', 'A book', 'Nothing', 'Keys', 'A coat'];

test('given answers that name an option, when parsed, then its index is found', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['B', 1],
    ['(b)', 1],
    ['B.', 1],
    ['**B**', 1],
    ['B) A book', 1],
    ['1', 1],
    ['Option 1', 1],
    ['{"answer": "B"}', 1],
    ['```json\n{"choice": 4}\n```', 4],
    ['{"answer": "a coat"}', 4],
    ['The answer is (D) [1].', 3],
    ['First I thought the answer is A. On a closer look, the answer is: D', 3],
    ['The answer is a coat.', 4],
    ['She holds a book [2].', 1],
    ['keys', 3],
    ['A book [1] [3].', 1],
  ];
  for (const [answer, index] of cases) assert.equal(parseChoice(answer, options), index, answer);
});

test('given answers that name none or several, when parsed, then nothing is guessed', () => {
  for (const answer of [
    '',
    'The videos do not say.',
    'She holds a book and a cup.',
    'F',
    '7',
    'A dog runs.',
    '{"answer": "Z"}',
  ])
    assert.equal(parseChoice(answer, options), undefined, answer);
});

test('given options that are numbers or contain each other, when parsed, then the text decides', () => {
  assert.equal(parseChoice('3', ['1', '2', '3', '4']), 2);
  assert.equal(parseChoice('The answer is 3.', ['1', '2', '3', '4']), 2);
  assert.equal(parseChoice('It is a red car.', ['car', 'red car', 'bus']), 1);
  assert.equal(parseChoice('three people', ['2 people', '3 people']), 1);
});

test('given options, when they are rotated, then every option keeps its index', () => {
  const order = rotateOptions(5, 2);
  assert.deepEqual(order, [2, 3, 4, 0, 1]);
  assert.deepEqual(orderOptions(options, order), ['Nothing', 'Keys', 'A coat', 'A cup', 'A book']);
  assert.equal(formatChoiceQuestion('What is it? ', ['x', ' y']), 'What is it? (A) x (B) y');
});
