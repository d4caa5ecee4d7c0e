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

test('given a day in a question, when parsed, then it is one of the time zone and its words are removed', () => {
  dated("What is yesterday's recording about?", 'What is about?', '2026-11-24T23:00Z', '2026-11-25T23:00Z');
  dated("Who joined last Tuesday's call?", 'Who joined?', '2026-11-23T23:00Z', '2026-11-24T23:00Z');
  dated('What did Ana say on Friday?', 'What did Ana say?', '2026-11-19T23:00Z', '2026-11-20T23:00Z');
  dated("Monday's standup: who was late?", 'who was late?', '2026-11-22T23:00Z', '2026-11-23T23:00Z');
  dated('the video shot on 3 May 2024 of fish', 'of fish', '2024-05-02T22:00Z', '2024-05-03T22:00Z');
  dated('Was wurde gestern besprochen?', 'Was wurde besprochen?', '2026-11-24T23:00Z', '2026-11-25T23:00Z');
  dated("qu'a dit Ana hier soir ?", "qu'a dit Ana?", '2026-11-24T23:00Z', '2026-11-25T23:00Z');
});

test('given weeks, months and years, when parsed, then they are past periods with the right clock change', () => {
  dated('What did we plan last week?', 'What did we plan?', '2026-11-15T23:00Z', '2026-11-22T23:00Z');
  dated('What did we decide in March?', 'What did we decide?', '2026-02-28T23:00Z', '2026-03-31T22:00Z');
  dated('what was said in December?', 'what was said?', '2025-11-30T23:00Z', '2025-12-31T23:00Z');
  dated('what was said in 2023?', 'what was said?', '2022-12-31T23:00Z', '2023-12-31T23:00Z');
  dated('what was said two weeks ago?', 'what was said?', '2026-11-08T23:00Z', '2026-11-15T23:00Z');
});

test('given a part of the video in a question, when parsed, then it is a share or a length', () => {
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

test('given a part, when it becomes a range, then it has a minimum length and stays inside the video', () => {
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

test('given "before" or "after" something, when parsed, then side and anchor are found', () => {
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

test('given ordinary questions with such words, when parsed, then they are unchanged', () => {
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

test('given one date in ten languages, when it is read, then it means the same period', () => {
  const periods: readonly (readonly [from: string, to: string, questions: readonly string[]])[] = [
    [
      '2026-11-24T23:00Z',
      '2026-11-25T23:00Z',
      [
        'What was said yesterday?',
        'Was wurde gestern gesagt?',
        "Qu'a dit Ana hier ?",
        '¿Qué dijo Ana ayer?',
        'Che cosa ha detto Ana ieri?',
        'O que a Ana disse ontem?',
        'Wat heeft Ana gisteren gezegd?',
        'Что Анна сказала вчера?',
        'アナは昨日何を言いましたか',
        '安娜昨天说了什么？',
      ],
    ],
    [
      '2026-11-15T23:00Z',
      '2026-11-22T23:00Z',
      [
        'What did we plan last week?',
        'Was haben wir letzte Woche geplant?',
        'Qui a parlé la semaine dernière ?',
        '¿Quién habló la semana pasada?',
        'Chi ha parlato la settimana scorsa?',
        'Quem falou na semana passada?',
        'Wie heeft vorige week gesproken?',
        'Кто говорил на прошлой неделе?',
        '先週誰が話しましたか',
        '上周谁发言了？',
      ],
    ],
    [
      '2026-02-28T23:00Z',
      '2026-03-31T22:00Z',
      [
        'What did we decide in March?',
        'Was haben wir im März entschieden?',
        "Qu'a-t-on décidé en mars ?",
        '¿Qué se decidió en marzo?',
        'Che cosa è stato deciso a marzo?',
        'O que foi decidido em março?',
        'Wat werd er in maart besloten?',
        'Что решили в марте?',
        '3月に何を決めましたか',
        '三月决定了什么？',
      ],
    ],
    [
      '2024-05-02T22:00Z',
      '2024-05-03T22:00Z',
      [
        'What happened on 3 May 2024?',
        'Was ist am 3. Mai 2024 passiert?',
        "Que s'est-il passé le 3 mai 2024 ?",
        '¿Qué pasó el 3 de mayo de 2024?',
        'Che cosa è successo il 3 maggio 2024?',
        'O que aconteceu em 3 de maio de 2024?',
        'Wat is er op 3 mei 2024 gebeurd?',
        'Что случилось 3 мая 2024 года?',
        '2024年5月3日に何がありましたか',
        '2024年5月3日发生了什么？',
      ],
    ],
    [
      '2026-11-08T23:00Z',
      '2026-11-15T23:00Z',
      [
        'Who spoke two weeks ago?',
        'Wer hat vor zwei Wochen gesprochen?',
        'Qui a parlé il y a deux semaines ?',
        '¿Quién habló hace dos semanas?',
        'Chi ha parlato due settimane fa?',
        'Quem falou há duas semanas?',
        'Wie sprak er twee weken geleden?',
        'Кто говорил две недели назад?',
        '二週間前に誰が話しましたか',
        '两周前谁发言了？',
      ],
    ],
    [
      '2026-11-23T23:00Z',
      '2026-11-24T23:00Z',
      [
        'Who joined last Tuesday?',
        'Wer war letzten Dienstag dabei?',
        'Qui a parlé mardi dernier ?',
        '¿Quién habló el martes pasado?',
        'Chi ha parlato martedì scorso?',
        'Quem falou na terça-feira passada?',
        'Wie was er afgelopen dinsdag?',
        'Кто говорил в прошлый вторник?',
      ],
    ],
  ];
  for (const [from, to, questions] of periods)
    for (const question of questions)
      assert.deepEqual(ask(question).recorded, { fromMs: at(from), toMs: at(to) }, question);
});

test('given the first and last minutes in ten languages, when they are read, then they mean as long', () => {
  const first = { kind: 'first', ms: 120_000 };
  for (const question of [
    'What happens in the first two minutes?',
    'Was passiert in den ersten zwei Minuten?',
    'Que se passe-t-il dans les deux premières minutes ?',
    '¿Qué pasa en los primeros dos minutos?',
    'Che cosa succede nei primi due minuti?',
    'O que acontece nos primeiros dois minutos?',
    'Wat gebeurt er in de eerste twee minuten?',
    'Что происходит в первые две минуты?',
    '最初の2分間に何が起きますか',
    '前两分钟发生了什么？',
  ])
    assert.deepEqual(ask(question).part, first, question);
});

test('given a question that contrasts before with after, when it is read, then nothing is before or after', () => {
  for (const question of [
    'Is there a before and after picture?',
    'Show the before/after shot',
    'Gibt es ein Vorher-Nachher-Bild?',
    'Y a-t-il une photo avant et après ?',
    '¿Hay una foto de antes y después?',
    "C'è una foto prima e dopo?",
    'Existe uma foto de antes e depois?',
    'Is er een foto van voor en na?',
    'Есть ли фото до и после?',
    '使用前と使用後の写真はありますか',
    '有没有之前和之后的对比照片？',
  ])
    assert.equal(ask(question).beside, undefined, question);
});
