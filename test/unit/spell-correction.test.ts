import assert from 'node:assert/strict';
import test from 'node:test';
import {
  countWords,
  findSpellingCorrection,
  isCorrectableWord,
} from '../../server/src/core/language/spell-correction.ts';

function meant(word: string, text: string): string | undefined {
  return findSpellingCorrection(word, countWords([{ text, language: 'en' }]));
}

test('given a misspelt word, then one edit is allowed in a short word and two in a long one', () => {
  assert.equal(meant('budgte', 'the budget'), 'budget');
  assert.equal(meant('rissotto', 'a risotto'), 'risotto');
  assert.equal(meant('manticattura', 'mantecatura'), 'mantecatura');
  assert.equal(meant('bxdgxt', 'the budget'), undefined);
  assert.equal(meant('madrid', 'madame'), undefined);
});

test('given several corrections, then the nearest wins, then the most frequent', () => {
  assert.equal(meant('mushrom', 'mushrooms mushroom'), 'mushroom');
  assert.equal(meant('house', 'mouse horse horse'), 'horse');
});

test('given short words, numbers and scripts without letters, then they are not corrected', () => {
  for (const word of ['egg', '2024', '学习', 'カメラ', 'a1b2'])
    assert.equal(isCorrectableWord(word), false, word);
  for (const word of ['eggs', 'größe', 'жизнь']) assert.equal(isCorrectableWord(word), true, word);
});
