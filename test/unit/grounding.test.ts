import assert from 'node:assert/strict';
import test from 'node:test';
import { findSupport, isPromptCopy } from '../../server/src/core/generation/grounding.ts';
import { createPhraseFilter } from '../../server/src/core/generation/phrase-filter.ts';
import { PLAIN_INSTRUCTION } from '../../server/src/core/generation/plain-prompt.ts';
import { splitSentences } from '../../server/src/core/language/sentence-splitter.ts';
import { cues } from '../support/transcripts.ts';

const BATTERY = splitSentences(
  cues(`
  0 Welcome to the lecture on batteries.
  5 Heat is the worst enemy of a battery.
  10 Never charge it below zero degrees.
  15 Ben: Anna will bring 12 cells on Monday.
  20 The separator is not a metal.
`),
);
const QUESTION = 'What is the worst enemy of a battery?';

const supportOf = (claim: string, question = QUESTION) =>
  findSupport(claim, question, BATTERY, 'en')?.sentences.map(({ startMs }) => startMs / 1000);

test('given a claim in the words of the video, when its support is looked for, then its sentence is found', () => {
  assert.deepEqual(supportOf('The worst enemy of a battery is heat.'), [5]);
  assert.deepEqual(supportOf('Anna will bring 12 cells.', 'What will Anna bring?'), [15]);
  assert.deepEqual(supportOf('Anna brings 12 cells on Monday.', 'Who brings the cells?'), [15]);
});

test('given a claim that invents a word, a number or a name, when its support is looked for, then there is none', () => {
  assert.equal(supportOf('The worst enemy of a battery is cold.'), undefined);
  assert.equal(supportOf('Anna will bring 14 cells.', 'What will Anna bring?'), undefined);
  assert.equal(supportOf('Tomorrow Clara will bring 12 cells on Monday.', 'Who brings cells?'), undefined);
  assert.equal(supportOf('Clara will bring 12 cells.', 'What will Clara bring?'), undefined);
  assert.equal(supportOf('The worst enemy of a battery.'), undefined);
});

test('given a claim that denies what the video says, or the other way round, then it has no support', () => {
  assert.equal(supportOf('Heat is not the worst enemy of a battery.'), undefined);
  assert.equal(supportOf('The separator is a metal.', 'What is the separator?'), undefined);
  assert.deepEqual(supportOf('The separator is not a metal.', 'What is the separator?'), [20]);
});

const PLANS = splitSentences(
  cues(`
  0 Elena: I take August, and Marcus takes September.
  5 Priya: The hiring plan: two engineers in Lisbon and one designer in Berlin.
  10 The bridge opens on Monday.
  15 It is painted green.
  20 The cathode contains nickel and cobalt.
  25 A separator sits between them.
  30 The pump costs 40 euros.
  35 The new valve lasts 9 years.
  40 Tom: Can I use rye flour instead of wheat?
  45 Ana: Yes, but rye takes up more water.
  50 The cycle path costs four hundred thousand euros.
  55 Because of it we lose twelve parking spaces.
  60 Between two plants we leave sixty centimetres.
`),
);

test('given a claim whose parts stand in sentences about different things, when its support is looked for, then there is none', () => {
  const supported = (claim: string, question: string) =>
    findSupport(claim, question, PLANS, 'en')?.sentences.map(({ startMs }) => startMs / 1000);
  assert.equal(
    supported('Marcus hires the designer in Berlin.', 'Where do they hire the designer?'),
    undefined,
  );
  assert.equal(supported('The separator contains nickel and cobalt.', 'What is the separator?'), undefined);
  assert.equal(supported('The new valve costs 40 euros.', 'What does the valve cost?'), undefined);
  assert.equal(supported('The pump lasts 9 years.', 'How long does the pump last?'), undefined);
  assert.deepEqual(supported('The pump costs 40 euros.', 'What does the pump cost?'), [30]);
  assert.deepEqual(supported('The bridge is painted green.', 'What colour is the bridge?'), [10, 15]);
  const rye = 'Rye flour takes up more water than wheat.';
  assert.deepEqual(supported(rye, 'Can I use rye flour instead of wheat?'), [40, 45]);
});

test('given a mixture of the words of two sentences, when its support is looked for, then there is none', () => {
  const supported = (claim: string, question: string) => findSupport(claim, question, PLANS, 'en');
  assert.equal(supported('We lose the cycle path for euros.', 'What does the cycle path cost?'), undefined);
  assert.equal(supported('Because of it we lose the cycle path.', 'How wide is the cycle path?'), undefined);
  assert.ok(supported('The cycle path costs four hundred thousand euros.', 'What does the cycle path cost?'));
});

test('given a claim that only a question contains, when its support is looked for, then there is none', () => {
  const claim = 'I can use rye flour instead of wheat.';
  assert.equal(findSupport(claim, 'What can I use instead of wheat?', PLANS, 'en'), undefined);
});

test('given a sentence of the video that is about another part of the question, when its support is looked for, then there is none', () => {
  const question = 'When do the plants move outside?';
  assert.equal(findSupport('We leave sixty centimetres between plants.', question, PLANS, 'en'), undefined);
});

test('given a claim that makes a speaker do what is only spoken about, when its support is looked for, then there is none', () => {
  const supported = (claim: string, question: string) =>
    findSupport(claim, question, PLANS, 'en')?.sentences.map(({ startMs }) => startMs / 1000);
  assert.equal(supported('Now Priya hires one designer in Berlin.', 'Who hires the designer?'), undefined);
  assert.deepEqual(supported('In August it is Elena.', 'When does Elena take over in August?'), undefined);
  assert.deepEqual(supported('Elena takes August.', 'What does Elena take?'), [0]);
});

test('given a claim about something else than the question, then it has no support', () => {
  assert.equal(supportOf('Anna will bring 12 cells on Monday.', 'Who closes the garden gate?'), undefined);
});

test('given Chinese, when its support is looked for, then it is found by its characters', () => {
  const sentences = splitSentences(
    cues('0 地铁三号线下个月开通。\n6 图书馆周一不开门。', { language: 'zh' }),
  );
  const support = (claim: string) =>
    findSupport(claim, '地铁什么时候开通?', sentences, 'zh')?.sentences.map(({ startMs }) => startMs);
  assert.deepEqual(support('地铁三号线下个月开通。'), [0]);
  assert.equal(support('地铁明年秋天开通。'), undefined);
});

test('given pieces of the prompt, then they are copies; an answer is none', () => {
  const isCopy = (text: string) => isPromptCopy(text, QUESTION, PLAIN_INSTRUCTION);
  assert.ok(isCopy('Evidence, "The three-second myth" from 1:00 to 1:12:'));
  assert.ok(isCopy('Question: what is it?'));
  assert.ok(isCopy('What is the worst enemy of a battery?'));
  assert.ok(isCopy('I answer the question in one short sentence.'));
  assert.ok(!isCopy('Heat is the worst enemy of a battery.'));
});

function run(pieces: readonly string[]) {
  const filter = createPhraseFilter({
    question: QUESTION,
    instructions: PLAIN_INSTRUCTION,
    evidence: [BATTERY],
    language: 'en',
  });
  let used = 0;
  for (const piece of pieces) {
    if (filter.isFinished()) break;
    filter.push(piece);
    used += 1;
  }
  filter.end();
  return { texts: filter.phrases().map(({ text }) => text), used };
}

test('given a model that rambles, when filtered, then only what has support is kept, without marks', () => {
  const { texts } = run([
    'Answer: **Heat is the worst',
    ' enemy of a battery** [3]. It is ',
    'purple and sings. ',
  ]);
  assert.deepEqual(texts, ['Heat is the worst enemy of a battery.']);
});

test('given a question for an amount, when a model writes what is said but holds none, then it is left out', () => {
  const phrasesOf = (text: string, question: string) => {
    const filter = createPhraseFilter({
      question,
      instructions: PLAIN_INSTRUCTION,
      evidence: [PLANS],
      language: 'en',
    });
    filter.push(text);
    filter.end();
    return filter.phrases().map((phrase) => phrase.text);
  };
  assert.deepEqual(phrasesOf('A new valve lasts.', 'How long does the new valve last?'), []);
  const right = 'The new valve lasts 9 years.';
  assert.deepEqual(phrasesOf(right, 'How long does the new valve last?'), [right]);
});

test('given a model that repeats itself or finds no support twice, when filtered, then it is finished', () => {
  const heat = 'Heat is the worst enemy of a battery. ';
  assert.deepEqual(run([heat, heat, 'Never ', 'read.']), { texts: [heat.trim()], used: 3 });
  assert.deepEqual(run(['It is cold. ', 'It is water. ', 'It ', 'goes ', 'on.']).texts, []);
  assert.equal(run(['a '.repeat(300), 'b ']).used, 1);
});
