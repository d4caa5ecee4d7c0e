import assert from 'node:assert/strict';
import test from 'node:test';
import { type CaptionContext, cleanCaption } from '../../server/src/core/generation/clean-caption.ts';

function check(text: string, expected: string, context: Partial<CaptionContext> = {}): void {
  assert.equal(cleanCaption(text, { evidence: [], complete: true, language: 'en', ...context }), expected);
}

test('given a plain caption, then it is unchanged', () => {
  check('A man opens a red door. He walks in.', 'A man opens a red door. He walks in.');
  check('a red circle moves left on a black background .', 'a red circle moves left on a black background.');
});

test('given chat filler, then it is removed at both ends', () => {
  check("Sure! Here's a description of the video:\n\nThe video shows a dog running.", 'A dog running.');
  check('In this video clip, two people talk.', 'Two people talk.');
  check('Certainly. A cat sleeps. Let me know if you need more!', 'A cat sleeps.');
  check('Caption: **A boat** sails.<end_of_utterance>', 'A boat sails.');
});

test('given the thoughts of a reasoning model, when cleaned, then they are cut, with or without an end', () => {
  check('<think>The user wants a caption.\n</think>\n\nA man opens a door.', 'A man opens a door.');
  check('<think>The user wants a description. The first frame shows maybe a man.', '');
  check('The user wants a caption.</think>A man opens a door.', 'A man opens a door.');
  check('<THINKING>Hm.</THINKING> A dog barks.', 'A dog barks.');
});

test('given a refusal, then there is no caption', () => {
  check("I'm sorry, but I can't help with that.", '');
  check('As an AI language model, I cannot see videos.', '');
  check('', '');
});

test('given repeated words or sentences, then one is kept', () => {
  check('A man walks. A man walks. A man walks.', 'A man walks.');
  check('A red car, a red car, a red car, a red', 'A red car', { complete: false });
  check('The the the the dog barks.', 'The dog barks.');
  check('He nods, he nods twice.', 'He nods, he nods twice.');
});

test('given a sentence cut by the token limit, then it is dropped unless it is the only one', () => {
  check('A man opens a door. He then walks', 'A man opens a door.', { complete: false });
  check('A man opens a', 'A man opens a', { complete: false });
});

test('given names that are not in the evidence, then they become "someone"', () => {
  check('A man named John Smith enters.', 'A man enters.');
  check('Jon Snow rides a horse, and Arya laughs.', 'Someone rides a horse, and someone laughs.');
  check("A guard takes Walter White's hat.", "A guard takes someone's hat.");
  check('A woman, known as Ana, waves.', 'A woman waves.');
});

test('given names that are in speech or on screen, then they stay', () => {
  check('A man named John Smith enters.', 'A man named John Smith enters.', {
    evidence: ['My name is Smith.', 'JOHN'],
  });
  check("Luna's ball rolls to Otto.", "Luna's ball rolls to Otto.", { evidence: ["That is Luna's, Otto!"] });
  check('a red circle called luna moves left.', 'a red circle called luna moves left.', {
    evidence: ['look at luna'],
  });
  check('a red circle called luna moves left.', 'a red circle moves left.');
});

test('given a place name, then it becomes "what looks like" it; given one with an article, then it stays', () => {
  check('Boats pass in Venice.', 'Boats pass in what looks like Venice.');
  check('In Paris people dance.', 'In what looks like Paris people dance.');
  check('The Eiffel Tower glows on Monday.', 'The Eiffel Tower glows on Monday.');
});

test('given German, then capitalised nouns stay', () => {
  check('Ein Mann öffnet die Tür. Danach geht Peter.', 'Ein Mann öffnet die Tür. Danach geht Peter.', {
    language: 'de',
  });
});
