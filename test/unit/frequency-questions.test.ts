import assert from 'node:assert/strict';
import test from 'node:test';
import { asksForFrequency, statesFrequency } from '../../server/src/core/query/frequency-questions.ts';
import { asksForEveryOccurrence } from '../../server/src/core/query/question-intent.ts';
import { cues, library } from '../support/transcripts.ts';

test('given questions with "how often", when analysed, then doing something is a rate, saying or seeing it a count', () => {
  const rates = [
    'How often do they meet?',
    'how often should I feed the fish',
    'And how often is the filter changed?',
    'How many times a day do I feed it?',
    'How many times per week do they train?',
    'Wie oft treffen sie sich?',
    'Wie oft muss man die Blumen gießen?',
    'Combien de fois par semaine se réunissent-ils ?',
    '¿Cuántas veces al día come el perro?',
  ];
  for (const question of rates) assert.equal(asksForFrequency(question), true, question);
  const counts = [
    'How many times do they meet?',
    'How often is rice mentioned?',
    'How often does she say "goldfish"?',
    'How often is a dog seen?',
    'How often does the logo appear?',
    'Wie oft wird das Budget erwähnt?',
    'Wie oft ist der Hund zu sehen?',
    'Combien de fois parle-t-elle du budget ?',
    '¿Cuántas veces aparece el perro?',
    'List all meetings',
  ];
  for (const question of counts) assert.equal(asksForFrequency(question), false, question);
  for (const question of [...counts, ...rates].filter((one) => !/^(?:List)/.test(one)))
    assert.equal(asksForEveryOccurrence(question), true, question);
});

test('given sentences, when checked for a frequency, then rates are recognised', () => {
  const told = [
    'We meet every two weeks.',
    'every other day, in the morning',
    'Twice a day is enough.',
    'Three times per week.',
    'The backup runs nightly.',
    'We see each other on Mondays.',
    'Hardly ever, to be honest.',
    'Wir treffen uns alle zwei Wochen.',
    'Jeden zweiten Montag.',
    'Einmal pro Woche reicht.',
    'Das Team trifft sich täglich.',
    'Nous nous voyons tous les deux mois.',
    'Deux fois par semaine.',
    'Chaque lundi matin.',
    'Nos vemos cada dos semanas.',
    'Todos los días a las ocho.',
    'Una vez al mes.',
  ];
  for (const text of told) assert.equal(statesFrequency(text), true, text);
  const not = [
    'We meet in the library.',
    'Two dogs meet.',
    'They met last week for an hour.',
    'Every person gets one.',
    'Wir treffen uns in der Küche.',
    'Alle Kinder sind da.',
    'Nous avons deux chiens.',
    'Tous les chiens sont ici.',
    'Cada perro tiene un nombre.',
    'Todos los perros.',
  ];
  for (const text of not) assert.equal(statesFrequency(text), false, text);
});

const team = {
  path: '/videos/team.mp4',
  own: cues(`
    0 Ana: The whole team likes to meet in the library, where it is quiet.
    40 Ben: So how often do you meet?
    43 Ana: We meet every two weeks, and each time somebody brings a cake.
    90 Ben: When we meet again, bring the numbers.
    130 Ana: The heron stands by the pond.
    170 Ben: And there is the heron again.
  `),
};

test('given a video that states a rate, when asked how often, then the rate is quoted, and other counts are listed', async () => {
  const { ask } = await library([team]);
  const often = await ask('How often do they meet?');
  assert.match(often.answer, /every two weeks/);
  assert.doesNotMatch(often.answer, /in total|library/);
  assert.equal(often.citations[0]?.uri.endsWith('team.mp4'), true);
  assert.equal(often.grounded, true);
  assert.match((await ask('How many times do they meet?')).answer, /match(?:es)? in total\.$/);
  assert.match((await ask('How often does somebody mention the heron?')).answer, /match(?:es)? in total\.$/);
  assert.match(
    (await ask('How often is the heron there?')).answer,
    /match(?:es)? in total\.$/,
    'no rate is told of it',
  );
});

test('given other languages, when asked how often, then the stated rate is quoted', async () => {
  const say = (path: string, language: string, text: string) => ({ path, own: cues(text, { language }) });
  const { ask } = await library([
    say('/videos/de.mp4', 'de', '0 Eva: Das Team trifft sich alle zwei Wochen in der Küche.'),
    say('/videos/fr.mp4', 'fr', '0 Luc: Les chanteurs répètent deux fois par semaine au théâtre.'),
    say('/videos/es.mp4', 'es', '0 Sol: El gato come tres veces al día en el jardín.'),
  ]);
  assert.match((await ask('Wie oft trifft sich das Team?')).answer, /alle zwei Wochen.*\[1\]$/);
  const french = (await ask('Combien de fois par semaine répètent les chanteurs ?')).answer;
  assert.match(french, /deux fois par semaine.*\[1\]$/);
  assert.match((await ask('¿Cuántas veces al día come el gato?')).answer, /tres veces al día.*\[1\]$/);
});
