import assert from 'node:assert/strict';
import test from 'node:test';
import { countsThing } from '../../server/src/core/query/amount-questions.ts';
import {
  asksForWords,
  asksYesOrNo,
  beginsAsConsequence,
  beginsAsReply,
  findAnswerKind,
  reportsQuestion,
  statesAnswerKind,
} from '../../server/src/core/query/answer-kinds.ts';
import { cues, library } from '../support/transcripts.ts';

test('given a question, when its answer has a kind, then the kind is found in every language', () => {
  const kinds = {
    'How long does it take?': 'duration',
    'How much does the red chain cost?': 'price',
    'What does it cost?': 'price',
    'When does it open?': 'date',
    'How many links are there?': 'amount',
    'Why is it closed?': 'reason',
    'Wax or oil, which is better?': 'comparison',
    'Was kostet das?': 'price',
    'Wann beginnt es?': 'date',
    'Warum ist es zu?': 'reason',
    'Was ist der Unterschied?': 'comparison',
    '多少钱？': 'price',
    '什么时候开始？': 'date',
    '为什么关门？': 'reason',
    '哪个更大？': 'comparison',
    'Combien coûte la chaîne ?': 'price',
    'Pourquoi est-ce fermé ?': 'reason',
    '¿Por qué está cerrado?': 'reason',
    '¿Cuánto cuesta?': 'price',
    'Почему закрыто?': 'reason',
    なぜ閉まっていますか: 'reason',
  };
  for (const [question, kind] of Object.entries(kinds))
    assert.equal(findAnswerKind(question), kind, question);
  assert.equal(findAnswerKind('What is a lynx?'), undefined);
});

test('given a sentence, when checked for a kind, then only what states it passes', () => {
  assert.equal(statesAnswerKind('price', 'A cassette costs about forty euros.'), true);
  assert.equal(statesAnswerKind('price', 'It is $18.'), true);
  assert.equal(statesAnswerKind('price', 'It comes out after about six turns.'), false);
  assert.equal(statesAnswerKind('date', 'It opens in spring.'), true);
  assert.equal(statesAnswerKind('date', 'The pool is closed.'), false);
  assert.equal(statesAnswerKind('date', '上市日期定在十月十二号。'), true);
  assert.equal(statesAnswerKind('date', '今天讨论上市计划。'), false);
  assert.equal(statesAnswerKind('reason', 'Because the pipes leak.'), true);
  assert.equal(statesAnswerKind('comparison', 'Wax lasts longer than oil.'), true);
});

test('given a place or a colour is asked for, when sentences are checked, then only those with one pass', () => {
  const places: readonly (readonly [question: string, statement: string, other: string])[] = [
    ['Where would the taxi stop?', 'It would stop at the hospital.', 'It would cost two euros more.'],
    ['Wo liegt die Schule?', 'Sie liegt neben dem Bahnhof.', 'Sie kostet zwei Euro.'],
    ['Où se trouve la gare ?', 'Elle est près du pont.', 'Elle ferme.'],
    ['¿Dónde está la llave?', 'Está debajo de la mesa.', 'Cuesta mucho.'],
    ["Dov'è la chiave?", 'La chiave è sotto il tavolo.', 'Costa molto.'],
    ['Onde fica a loja?', 'Fica perto do rio.', 'Custa muito.'],
    ['Waar is de sleutel?', 'Hij ligt naast de lamp.', 'Hij kost veel.'],
    ['Где ключ?', 'Он лежит под столом.', 'Он дорогой.'],
    ['鍵はどこですか', '鍵は机にあります。', '赤いです。'],
    ['钥匙在哪里？', '钥匙在桌子上。', '钥匙很贵。'],
  ];
  for (const [question, statement, other] of places) {
    assert.equal(findAnswerKind(question), 'place', question);
    assert.equal(statesAnswerKind('place', statement), true, statement);
    assert.equal(statesAnswerKind('place', other), false, other);
  }
  const colours: readonly (readonly [question: string, statement: string, other: string])[] = [
    ['What colour is the house?', 'The house is dark green.', 'The house is large.'],
    ['Welche Farbe hat das Haus?', 'Das Haus ist grün.', 'Das Haus ist groß.'],
    ['De quelle couleur est la porte ?', 'La porte est verte.', 'La porte est grande.'],
    ['¿De qué color es la puerta?', 'La puerta es azul.', 'La puerta es grande.'],
    ['Di che colore è la porta?', 'La porta è gialla.', 'La porta è grande.'],
    ['De que cor é a porta?', 'A porta é amarela.', 'A porta é grande.'],
    ['Welke kleur heeft de deur?', 'De deur is groen.', 'De deur is groot.'],
    ['Какого цвета дверь?', 'Дверь зелёная.', 'Дверь большая.'],
    ['ドアは何色ですか', 'ドアは青です。', 'ドアは大きいです。'],
    ['门是什么颜色的？', '门是绿色的。', '门很大。'],
  ];
  for (const [question, statement, other] of colours) {
    assert.equal(findAnswerKind(question), 'colour', question);
    assert.equal(statesAnswerKind('colour', statement), true, statement);
    assert.equal(statesAnswerKind('colour', other), false, other);
  }
});

test('given "where" about the recording, when its kind is looked for, then it asks for a moment and no place', () => {
  for (const question of [
    'Where do they talk about the bridge?',
    'Wo wird die Brücke erwähnt?',
    '哪里提到了大桥？',
  ])
    assert.notEqual(findAnswerKind(question), 'place', question);
});

test('given words that only look like what is asked for, when sentences are checked, then they do not pass', () => {
  const wrong: readonly Parameters<typeof statesAnswerKind>[] = [
    ['price', 'Can the bonus be paid later?'],
    ['price', 'Kann man das bezahlen?'],
    ['price', '可以付钱吗？'],
    ['amount', 'There will be bread again tomorrow.'],
    ['amount', 'Morgen gibt es wieder Brot.'],
    ['amount', '今天第一次和游客见面。'],
    ['date', 'This is the hearing on the night bus.', 'When is the vote on the night bus?'],
  ];
  for (const [kind, text, question] of wrong)
    assert.equal(statesAnswerKind(kind, text, question), false, text);
  assert.equal(statesAnswerKind('price', 'The postcards are free.'), true);
  assert.equal(statesAnswerKind('price', 'Kinder zahlen neun Euro.'), true);
});

test('given how sentences begin, then replies and consequences are recognised, and questions that ask for them', () => {
  assert.equal(
    asksYesOrNo('Should I oil it?') && asksYesOrNo('Kann man das leihen?') && asksYesOrNo('防水吗？'),
    true,
  );
  assert.equal(asksYesOrNo('What should I oil?'), false);
  assert.equal(beginsAsReply('Yes, but not much.') && beginsAsReply('Nein, noch nicht.'), true);
  assert.equal(beginsAsReply('The yes came late.'), false);
  assert.equal(beginsAsConsequence('Deshalb kehren wir um.') && beginsAsConsequence('因此推迟。'), true);
  assert.equal(asksForWords('What does Ana think about it?') && asksForWords('陈工说什么？'), true);
  assert.equal(asksForWords('Where is Ana?'), false);
});

const pool = {
  path: '/videos/pool.mp4',
  own: cues(`
    0 Ben: The pool in Harrow Street stays closed.
    5 Ben: Tests found bacteria in the pipes.
    40 Ana: Should we empty the tank?
    44 Ben: Yes, before the frost comes.
    80 Ben: The tank holds nine cubic metres.
    120 Ana: There is a storm coming over the ridge.
    124 Ana: Therefore we close the ridge path.
  `),
};

test('given a question of a kind that nothing states, when asked, then it has no answer', async () => {
  const { ask } = await library([pool]);
  const price = await ask('How much does the tank cost?');
  assert.equal(price.grounded, false);
  assert.match(price.answer, /nearest place/);
  assert.match((await ask('How much does the tank hold?')).answer, /nine cubic metres/);
});

test('given a question for a reason, when asked, then the sentence that goes with it is quoted too', async () => {
  const { ask } = await library([pool]);
  assert.match((await ask('Why is the pool closed?')).answer, /bacteria/);
  assert.match((await ask('Why do they close the ridge path?')).answer, /storm/);
});

test('given a yes-or-no question that somebody answers, when asked, then the answer is quoted', async () => {
  const { ask } = await library([pool]);
  assert.match((await ask('Should the tank be emptied?')).answer, /Yes, before the frost/);
});

test('given a length of time without a number, when it is looked for, then it counts, and a mere unit does not', () => {
  for (const text of [
    'A goldfish remembers for months.',
    'It rests overnight.',
    'Der Teig ruht über Nacht.',
    'Sie warteten stundenlang.',
    '金鱼能记住几个月。',
    'Il dure toute la nuit.',
    'Recuerda durante meses.',
  ])
    assert.ok(statesAnswerKind('duration', text), text);
  for (const text of ['The months are listed below.', 'Die Nacht ist kalt.', 'Every hour counts.'])
    assert.ok(!statesAnswerKind('duration', text), text);
});

test('given a quantity with units of its own is asked for, when sentences are checked, then a number without such a unit is none', () => {
  const rows: readonly (readonly [question: string, statement: string, other: string])[] = [
    ['How heavy is the lens?', 'It weighs two tonnes.', 'It has four panes.'],
    ['How old is he?', 'He turned eighty in May.', 'He has two brothers.'],
    ['How deep is the well?', 'It goes down thirty metres.', 'It has two buckets.'],
    ['Wie alt ist der Baum?', 'Er ist dreihundert Jahre alt.', 'Er trägt dreihundert Äpfel.'],
    ['Wie schwer ist das Boot?', 'Es wiegt vier Tonnen.', 'Es hat vier Plätze.'],
    ['石头多重？', '石头有三百公斤。', '这里有三块石头。'],
    ['Quel âge a le pont ?', 'Il a cent ans.', 'Il a cent arches.'],
    ['¿Cuánto pesa la caja?', 'Pesa diez kilos.', 'Tiene diez libros.'],
    ['Сколько весит камень?', 'Он весит две тонны.', 'Там два камня.'],
  ];
  for (const [question, statement, other] of rows) {
    assert.equal(statesAnswerKind('amount', statement, question), true, question);
    assert.equal(statesAnswerKind('amount', other, question), false, question);
  }
});

test('given a count is asked for, when sentences are checked, then a price or a length of time is none', () => {
  assert.equal(statesAnswerKind('amount', 'Nineteen tags were used.', 'How many tags are there?'), true);
  assert.equal(statesAnswerKind('amount', 'It took ten years.', 'How many people were there?'), false);
  assert.equal(
    statesAnswerKind('amount', 'Ten years, and nine people.', 'How many people were there?'),
    true,
  );
  assert.equal(statesAnswerKind('amount', 'Es kostet zehn Euro.', 'Wie viele Kinder fahren mit?'), false);
  assert.equal(statesAnswerKind('amount', 'It is ten euros.', 'How many euros is it?'), true);
});

test('given a name is asked for, when sentences are checked, then only those with one pass', () => {
  const rows: readonly (readonly [question: string, statement: string, other: string])[] = [
    ['What is the app called?', "It's called Purse Hunt.", 'The app is free.'],
    ['What is the name of the ship?', 'The ship was the Lorelei.', 'The ship ran onto the rocks.'],
    ['Wie heißt die Herberge?', 'Sie heißt Seeblick.', 'Die Herberge kocht jeden Tag ein Gericht.'],
    ['Wie heißt der Lehrer?', 'Das macht Jonas Kuhlmann.', 'Der Lehrer kommt am Montag.'],
    ['这艘船叫什么名字？', '这艘船叫洛雷莱。', '这艘船很大。'],
  ];
  for (const [question, statement, other] of rows) {
    assert.equal(findAnswerKind(question), 'name', question);
    assert.equal(statesAnswerKind('name', statement, question), true, statement);
    assert.equal(statesAnswerKind('name', other, question), false, other);
  }
  assert.equal(statesAnswerKind('name', 'the ship was the lorelei', 'What is the name of the ship?'), true);
});

test('given a question for who did a thing, when a sentence says that it was done, then only one that says by whom passes', () => {
  const rows: readonly (readonly [question: string, statement: string, other: string])[] = [
    ['Who stole the laptop?', 'It was stolen by a guest.', 'I lost it when my laptop was stolen.'],
    ['Who built the tower?', 'My uncle built it.', 'It was built in 1858.'],
    ['Wer hat den Turm gebaut?', 'Zwei Brüder haben ihn gebaut.', 'Der Turm wurde 1858 gebaut.'],
    ['Qui a peint le tableau ?', 'Il a été peint par Anna.', 'Le tableau était peint en rouge.'],
  ];
  for (const [question, statement, other] of rows) {
    assert.equal(findAnswerKind(question), 'person', question);
    assert.equal(statesAnswerKind('person', statement, question), true, statement);
    assert.equal(statesAnswerKind('person', other, question), false, other);
  }
  assert.equal(
    statesAnswerKind('person', 'Colin is on the building site.', 'Who is on the building site?'),
    true,
  );
});

test('given what somebody says comes next, when it is compared with an answer, then the answer is quoted', async () => {
  const { ask } = await library([
    {
      path: '/videos/bread.mp4',
      own: cues(
        `0 Today I show you how to slice bread.
        5 Slice the bread with a long knife and no pressure.
        12 A lot of people ask me whether they should freeze bread.
        18 Honestly, I never do it.`,
      ),
    },
  ]);
  assert.match((await ask('How do I slice bread?')).answer, /long knife/);
  assert.match((await ask('Should I freeze bread?')).answer, /never do it/);
});

test('given a number of things is asked for, when a text counts other things, then it does not count', () => {
  const isBoat = (word: string) => /^boats?$/i.test(word);
  assert.equal(countsThing('The flight has sixteen locks and takes a boat three hours.', isBoat), false);
  assert.equal(countsThing('There are forty old wooden boats.', isBoat), true);
  assert.equal(countsThing('Forty, I think.', isBoat), true);
  assert.equal(countsThing('We sold twenty-five boats.', isBoat), true);
  assert.equal(countsThing('In eighteen forty-one, the boats lost their cargo.', isBoat), false);
  assert.equal(countsThing('In 1841, the boats lost their cargo.', isBoat), false);
  assert.equal(countsThing('There were 1841 boats.', isBoat), true);
  assert.equal(countsThing('Half of the boats are sold within a year.', isBoat), false);
});

test('given a sentence tells what somebody asks, when it is checked, then it is known in every language', () => {
  for (const text of [
    'A viewer asks why the bread sinks.',
    'A lot of people ask me whether they should freeze it.',
    'Eine Hörerin fragt, warum die Birnen Flecken haben.',
    'Un auditeur demande pourquoi le pain tombe.',
    'Un oyente pregunta por qué se hunde el pan.',
    '有网友问，视频能不能备份。',
    'Слушатель спрашивает, почему хлеб оседает.',
  ])
    assert.equal(reportsQuestion(text), true, text);
  assert.equal(reportsQuestion('The bread sinks because it is wet.'), false);
});

test('given "how long is", when a sentence states a length in metres or hours, then both are answers', () => {
  assert.equal(statesAnswerKind('duration', 'It spans forty metres.', 'How long is the bridge?'), true);
  assert.equal(statesAnswerKind('duration', 'It lasts two hours.', 'How long is the talk?'), true);
  assert.equal(statesAnswerKind('duration', 'It spans forty metres.', 'How long does it take?'), false);
  assert.equal(statesAnswerKind('duration', 'Sie misst vierzig Meter.', 'Wie lang ist die Brücke?'), true);
});
