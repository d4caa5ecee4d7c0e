// Answers of small models: what they write is shown only if the clips support it, and quotes come first.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { asking } from '../support/ask-with-model.ts';
import { cues } from '../support/transcripts.ts';

const LECTURE = cues(`
  0 Welcome to the lecture on batteries.
  5 The anode is made of graphite.
  11 Heat is the worst enemy of a battery, because it wears the cells.
  18 Never charge it below zero degrees.
`);
const VIDEOS = [{ path: '/videos/battery.mp4', own: LECTURE }];
const QUESTION = 'What is the worst enemy of a battery?';
const QUOTE = /^“Heat is the worst enemy of a battery, because it wears the cells\.” \[1\]/;

const askSmall = (says: () => string) => asking(VIDEOS, { says, style: 'plain' });

test('given a small model, when it answers in words of the clips, then its sentence stands below the quote, with its seconds', async () => {
  const { ask, asked } = await askSmall(() => 'A battery wears because of heat.');
  const { answer, citations, note } = await ask(QUESTION);
  assert.match(answer, QUOTE);
  assert.match(answer, /\nwriter: A battery wears because of heat\. \[1\]$/);
  assert.deepEqual(
    citations.map(({ startMs, endMs }) => [startMs, endMs]),
    [[11_000, 15_000]],
  );
  assert.equal(note, undefined);
  const [messages = []] = asked;
  assert.equal(messages.length, 1);
  assert.doesNotMatch(messages[0]?.text ?? '', /\[\d|Evidence/);
});

test('given a small model, when it rests on another sentence than the quote, then that one is cited too', async () => {
  const { ask } = await askSmall(() => 'It is heat. Never charge a battery below zero degrees.');
  const { answer, citations } = await ask(QUESTION);
  assert.match(answer, /Never charge a battery below zero degrees\. \[2\]$/);
  assert.deepEqual([citations[1]?.startMs, citations[1]?.endMs], [11_000, 22_000]);
});

for (const [what, text] of [
  ['numbers alone', '[1][3]'],
  ['the header of its evidence', 'Evidence, "battery" from 0:00 to 0:30: [1]'],
  ['the question', `${QUESTION} ${QUESTION}`],
  ['the instruction', 'Answer the question in one short sentence with the words.'],
  ['something invented', 'The worst enemy is salt water. It rusts in the rain.'],
  ['the contrary', 'Heat is not the worst enemy of a battery.'],
  ['nothing', ''],
] as const) {
  test(`given a small model that writes ${what}, when asked, then the quotes are the answer and the note says why`, async () => {
    const { ask } = await askSmall(() => text);
    const { answer, grounded, note } = await ask(QUESTION);
    assert.match(answer, QUOTE);
    assert.doesNotMatch(answer, /writer/);
    assert.equal(grounded, true);
    assert.match(
      note ?? '',
      /^writer wrote nothing that the clips support \(\d+ s\), so the answer is quotes\.$/,
    );
  });
}

test('given a small model that repeats the quote, when asked, then it is not shown twice', async () => {
  const { ask } = await askSmall(() => 'Heat is the worst enemy of a battery.');
  const { answer, note } = await ask(QUESTION);
  assert.doesNotMatch(answer, /writer/);
  assert.equal(note, undefined);
});

test('given a small model that does not stop, when asked, then it is stopped once nothing useful follows', async () => {
  const sentence = 'Heat wears the battery. ';
  const { ask } = await askSmall(() => sentence.repeat(500));
  const { answer } = await ask(QUESTION);
  assert.match(answer, /writer: Heat wears the battery\. \[1\]$/);
});

test('given a small model that fails, when asked, then quotes answer and the note carries its own words', async () => {
  const { ask, troubles } = await askSmall(() => {
    throw new ModelUnavailableError('Requested tokens exceed context window.', 'Use fewer clips.');
  });
  const { answer, note } = await ask(QUESTION);
  assert.match(answer, QUOTE);
  assert.match(note ?? '', /writer did not answer: Requested tokens exceed context window\./);
  assert.equal(troubles.length, 1);
});

for (const question of [
  'How many times is the battery mentioned?',
  'List every time the battery is mentioned',
  'What is said at the end?',
  'What is the video about?',
  'When does the volcano erupt?',
]) {
  test(`given a small model and "${question}", when asked, then rules decide and the model is not asked`, async () => {
    const { ask, asked } = await askSmall(() => 'Five times.');
    const { answer } = await ask(question);
    assert.equal(asked.length, 0);
    assert.doesNotMatch(answer, /Five/);
  });
}

test('given a large model that cites nothing but writes what the clips say, when asked, then Goldfish cites', async () => {
  const { ask } = await asking(VIDEOS, { says: () => 'The anode is graphite. It is also blue.' });
  const { answer, citations } = await ask('What is the anode made of?');
  assert.equal(answer, 'The anode is graphite [1].');
  assert.equal(citations[0]?.startMs, 5_000);
});

test('given a large model that copies the header of its evidence, when asked, then it is not shown', async () => {
  const { ask } = await asking(VIDEOS, { says: () => 'Evidence [1], "battery" from 0:00 to 0:30: [1]' });
  const { answer, note } = await ask(QUESTION);
  assert.match(answer, QUOTE);
  assert.match(note ?? '', /wrote nothing that the clips support/);
});
