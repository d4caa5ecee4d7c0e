import assert from 'node:assert/strict';
import test from 'node:test';
import { findClockPosition } from '../../server/src/core/query/clock-positions.ts';

const second = (question: string) => {
  const position = findClockPosition(question);
  return position && position.ms / 1000;
};

test('given a position in ten languages, when a question is read, then it is that second of the video', () => {
  for (const question of [
    'What is said at 1:08?',
    'What happens around minute 1:08?',
    'What is on screen at the 1:08 mark?',
    'What is shown in the video at 1:08?',
    'What is said in the meeting at 1:08?',
    '1:08?',
    '1:08: who is speaking?',
    'Was wird bei 1:08 gesagt?',
    'Que dit-elle à 1:08 ?',
    '¿Qué se dice en el minuto 1:08?',
    'Che cosa si dice a 1:08?',
    'O que é dito em 1:08?',
    'Wat wordt er op 1:08 gezegd?',
    'Что говорят на 1:08?',
    '1:08で何を言っていますか',
    '1：08说了什么？',
  ])
    assert.equal(second(question), 68, question);
  assert.equal(second('What is said at 1:02:03?'), 3723);
  assert.equal(second('What is said at 75:10?'), 4510);
});

test('given a position, when it is taken out of a question, then the word for "at" goes with it', () => {
  const question = 'What does Priya say at 1:08 about lunch?';
  const { at = 0, length = 0, time } = findClockPosition(question) ?? {};
  assert.deepEqual([question.slice(at, at + length), time], ['at 1:08', '1:08']);
});

test('given another pair of numbers or a time of day, when a question is read, then it is no position', () => {
  for (const question of [
    'Who comes to the meeting at 10:30?',
    'When is the call at 10:30 over?',
    'Which shop opens at 10:30 am?',
    'Which shop opens at 10:30pm?',
    "What starts at 10:30 o'clock?",
    'What is the score 2:1?',
    'Did they lose 10:21?',
    'Is the ratio 16:09?',
    'Which screen has a ratio of 16:09?',
    'What is new in version 1:04?',
    'What does John 3:16 say?',
    'What is said at John 3:16?',
    'Which address is 10:20:30:40:50:60?',
    'What is at 2024-05-03T10:20:30?',
    'Wer kommt um 10:30?',
    'Was beginnt ab 10:30 Uhr?',
    '¿Quién viene a las 10:30?',
    'Chi viene alle 10:30?',
    'Quem vem às 10:30?',
    'Wie komt er om 10:30?',
    'Кто придёт в 10:30?',
    '午前10:30に開く店はどれですか',
    '早上10:30开门的是哪家店？',
    '约翰福音3:16说了什么？',
    '比分是21:15吗？',
  ])
    assert.equal(second(question), undefined, question);
});
