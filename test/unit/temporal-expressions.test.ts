import assert from 'node:assert/strict';
import test from 'node:test';
import { parseTimeConstraints, toPartRange } from '../../server/src/core/query/temporal-expressions.ts';

/** A Thursday evening in Berlin, an hour ahead of UTC. */
const NOW = Date.parse('2026-11-26T18:00:00Z');
const ask = (question: string) => parseTimeConstraints(question, NOW, 'Europe/Berlin');
const at = (iso: string) => Date.parse(iso);

function dated(question: string, left: string, from: string, to: string): void {
  const asked = ask(question);
  assert.equal(asked.question, left, question);
  assert.deepEqual(asked.recorded, { fromMs: at(from), toMs: at(to) }, question);
}

test('a day is one of the zone, and takes the words around it along', () => {
  dated("What is yesterday's recording about?", 'What is about?', '2026-11-24T23:00Z', '2026-11-25T23:00Z');
  dated("Who joined last Tuesday's call?", 'Who joined?', '2026-11-23T23:00Z', '2026-11-24T23:00Z');
  dated('What did Ana say on Friday?', 'What did Ana say?', '2026-11-19T23:00Z', '2026-11-20T23:00Z');
  dated("Monday's standup: who was late?", 'who was late?', '2026-11-22T23:00Z', '2026-11-23T23:00Z');
  dated('the video shot on 3 May 2024 of fish', 'of fish', '2024-05-02T22:00Z', '2024-05-03T22:00Z');
  dated('Was wurde gestern besprochen?', 'Was wurde besprochen?', '2026-11-24T23:00Z', '2026-11-25T23:00Z');
  dated("qu'a dit Ana hier soir ?", "qu'a dit Ana?", '2026-11-24T23:00Z', '2026-11-25T23:00Z');
});

test('weeks begin on Monday, months without a year are the last that began, clocks change between', () => {
  dated('What did we plan last week?', 'What did we plan?', '2026-11-15T23:00Z', '2026-11-22T23:00Z');
  dated('What did we decide in March?', 'What did we decide?', '2026-02-28T23:00Z', '2026-03-31T22:00Z');
  dated('what was said in December?', 'what was said?', '2025-11-30T23:00Z', '2025-12-31T23:00Z');
  dated('what was said in 2023?', 'what was said?', '2022-12-31T23:00Z', '2023-12-31T23:00Z');
  dated('what was said two weeks ago?', 'what was said?', '2026-11-08T23:00Z', '2026-11-15T23:00Z');
});

test('a part of the video, whole or half', () => {
  const part = (question: string) => [ask(question).question, ask(question).part];
  const end = { kind: 'share', from: 0.8, to: 1 };
  const start = { kind: 'share', from: 0, to: 0.2 };
  assert.deepEqual(part('What does she say at the end?'), ['What does she say?', end]);
  assert.deepEqual(part('What is shown at the end of the video about prices?'), [
    'What is shown about prices?',
    end,
  ]);
  assert.deepEqual(part('Who speaks at the end of the cooking lesson?'), [
    'Who speaks the cooking lesson?',
    end,
  ]);
  assert.deepEqual(part('What happens at the end of the lecture?'), ['What happens the lecture?', end]);
  assert.deepEqual(part('What is the rule in the beginning?'), ['What is the rule?', start]);
  assert.deepEqual(part('Was passiert am Ende?'), ['Was passiert?', end]);
  assert.deepEqual(part('¿Qué pasa al principio del vídeo?'), ['¿Qué pasa?', start]);
  assert.deepEqual(part("Qu'est-ce qu'il dit à la fin ?"), ["Qu'est-ce qu'il dit?", end]);
  assert.deepEqual(part('What happens in the first two minutes?'), [
    'What happens?',
    { kind: 'first', ms: 120_000 },
  ]);
  assert.deepEqual(part('Who sings in the last 30 seconds of the film?'), [
    'Who sings of the film?',
    { kind: 'last', ms: 30_000 },
  ]);
});

test('a part is never too short to hold anything, nor longer than the video', () => {
  const end = { kind: 'share', from: 0.8, to: 1 } as const;
  assert.deepEqual(toPartRange(end, 600_000), { startMs: 480_000, endMs: 600_000 });
  assert.deepEqual(toPartRange(end, 60_000), { startMs: 30_000, endMs: 60_000 });
  assert.deepEqual(toPartRange(end, 10_000), { startMs: 0, endMs: 10_000 });
  assert.deepEqual(toPartRange(end, 36_000_000), { startMs: 35_100_000, endMs: 36_000_000 });
  assert.deepEqual(toPartRange({ kind: 'share', from: 0.5, to: 1 }, 36_000_000), {
    startMs: 18_000_000,
    endMs: 36_000_000,
  });
  assert.deepEqual(toPartRange({ kind: 'last', ms: 30_000 }, 20_000), { startMs: 0, endMs: 20_000 });
  assert.deepEqual(toPartRange({ kind: 'first', ms: 30_000 }, 90_000), { startMs: 0, endMs: 30_000 });
});

test('before and after something, in front of the question or behind it', () => {
  const beside = (question: string) => [ask(question).question, ask(question).beside];
  const after = (anchor: string) => ({ side: 'after', anchor });
  const before = (anchor: string) => ({ side: 'before', anchor });
  assert.deepEqual(beside('What happens after she opens the door?'), [
    'What happens?',
    after('she opens the door'),
  ]);
  assert.deepEqual(beside('What did Tom ask right before the demo?'), [
    'What did Tom ask?',
    before('the demo'),
  ]);
  assert.deepEqual(beside('After the demo, what does Tom say?'), ['what does Tom say?', after('the demo')]);
  assert.deepEqual(beside('Was sagt sie, nachdem sie die Tür öffnet?'), [
    'Was sagt sie?',
    after('sie die Tür öffnet'),
  ]);
  assert.deepEqual(beside("Que dit-elle avant d'ouvrir la porte ?"), [
    'Que dit-elle?',
    before('ouvrir la porte'),
  ]);
  assert.deepEqual(beside('What happens after that?'), ['', after('')]);
  assert.deepEqual(beside('and then?'), ['', after('')]);
});

test('ordinary questions with such words stay as they are', () => {
  for (const question of [
    'At the end of the day, who pays?',
    'After all, who pays?',
    'Who is the dog named after?',
    'How do I look after the fish?',
    'Who talks about After Effects?',
    'When do we ship in March?',
    'What is due on Friday?',
    'Which came first, before or after?',
    '"at the end" is said where?',
    'What happens in the end?',
    'before:2024-01 budget',
    'What is next on the list?',
    'Wie fahre ich nach Berlin?',
    'Where may I park?',
    'What is the second half of the equation?',
    'How long does it take?',
  ]) {
    const asked = ask(question);
    assert.equal(asked.question, question);
    assert.deepEqual([asked.recorded, asked.part, asked.beside], [undefined, undefined, undefined], question);
  }
});
