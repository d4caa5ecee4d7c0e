import assert from 'node:assert/strict';
import test from 'node:test';
import type { ConversationTurn } from '../../server/src/core/domain/conversation.ts';
import { cues, library, type Told, uriOf } from '../support/transcripts.ts';

// Wrong answers that users reported (A1 to A9 of docs/field-cases.md), each with counterparts in German and Chinese.

function video(path: string, language: string, text: string, more: Partial<Told> = {}): Told {
  return { path: `/videos/${path}.mp4`, own: cues(text, { language }), ...more };
}

const bread = video(
  'bread',
  'en',
  `
  0 First we knead the dough for ten minutes.
  8 Then it rests for two hours under a wet cloth.
  20 While the dough rests, heat the oven to 240 degrees.`,
);
const brot = video(
  'brot',
  'de',
  `
  0 Zuerst kneten wir den Teig zehn Minuten lang.
  8 Dann ruht er zwei Stunden unter einem nassen Tuch.
  20 Während der Teig ruht, heizen wir den Ofen auf 240 Grad.`,
);
const mianbao = video(
  'mianbao',
  'zh',
  `
  0 首先揉面团十分钟。
  8 然后让它在湿布下面发酵两个小时。
  20 面团发酵的时候，把烤箱预热到240度。`,
);

test('A1: given "how long", when answered, then the length of time of what is asked about is quoted first', async () => {
  for (const [told, question, start] of [
    [bread, 'How long does the dough rest?', 8],
    [bread, 'How long do we knead the dough?', 0],
    [brot, 'Wie lange ruht der Teig?', 8],
    [brot, 'Wie lange kneten wir den Teig?', 0],
    [mianbao, '面团要发酵多久？', 8],
    [mianbao, '面团要揉多长时间？', 0],
  ] as const) {
    const { citations, answer } = await (await library([told])).ask(question);
    assert.equal((citations[0]?.startMs ?? -1) / 1000, start, `${question} ${answer}`);
  }
});

const meeting = video(
  'meeting',
  'en',
  `
  0 Let us begin with the budget.
  5 The budget is larger than last year.
  15 Lunch is at noon.
  20 Travel is not in the budget.`,
);
const sitzung = video(
  'sitzung',
  'de',
  `
  0 Wir beginnen mit dem Haushalt.
  5 Der Haushalt ist größer als im letzten Jahr.
  15 Mittagessen gibt es um zwölf.
  20 Reisen sind nicht im Haushalt.`,
);
const huiyi = video(
  'huiyi',
  'zh',
  `
  0 我们从预算开始。
  5 预算比去年多。
  15 中午吃饭。
  20 差旅不在预算里。`,
);

test('A2: given "how many times", when answered, then lines are counted, not clips', async () => {
  for (const [told, question] of [
    [meeting, 'How many times is the budget mentioned?'],
    [sitzung, 'Wie oft wird der Haushalt erwähnt?'],
    [huiyi, '预算提到了几次？'],
  ] as const) {
    const { answer } = await (await library([told])).ask(question);
    assert.match(answer, /\n3 matches in total\.$/, `${question} ${answer}`);
  }
});

test('A3: given "at the end" of a given video, when answered, then the last line is quoted', async () => {
  for (const [told, question] of [
    [bread, 'what is said at the end?'],
    [bread, 'How does it end?'],
    [brot, 'Was wird am Ende gesagt?'],
    [mianbao, '最后说了什么？'],
  ] as const) {
    const { citations, answer } = await (await library([told, meeting])).ask(question, {
      uris: [uriOf(told.path)],
    });
    assert.equal(citations.length, 1, answer);
    assert.ok((citations[0]?.endMs ?? 0) > 20_000, `${question} ${answer}`);
  }
});

const facts = (name: string): Told => ({
  path: `/videos/${name}.mp3`,
  durationMs: 30_000,
  own: cues('0 Measured: no picture, sound at -21 dBFS.', { kind: 'facts', source: 'facts' }),
});

test('A4: given a video without words, when asked about it, then facts are no answer and what is missing is said', async () => {
  for (const [name, question] of [
    ['greenhouse', 'what happens with the greenhouse?'],
    ['gewaechshaus', 'Was passiert im Video gewaechshaus?'],
    ['温室大棚', '温室大棚里发生了什么？'],
  ] as const) {
    const { grounded, answer, citations } = await (await library([facts(name), meeting])).ask(question);
    assert.deepEqual([grounded, citations], [false, []], answer);
    assert.match(
      answer,
      new RegExp(`“${name}” has no sound, and no text|“${name}” has sound and no transcript`),
      answer,
    );
  }
});

test('A5: given a file name or "summarise", when asked what a video is about, then it is outlined', async () => {
  const chrome = video(
    'chrome',
    'en',
    '0 Welcome to a talk about browsers and their many tabs.\n9 Tabs use memory.',
  );
  const offsite = video(
    'team offsite',
    'en',
    '0 The whole team meets in the mountains this week.\n9 We walk a lot.',
  );
  for (const [question, told] of [
    ['what is chrome.mp4 about?', chrome],
    ['summarize team offsite', offsite],
    ['Worum geht es in chrome.mp4?', chrome],
    ['Fasse team offsite zusammen', offsite],
    ['chrome.mp4讲了什么？', chrome],
    ['总结team offsite', offsite],
  ] as const) {
    const { citations, answer } = await (await library([chrome, offsite, bread])).ask(question);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf(told.path)],
      `${question} ${answer}`,
    );
  }
});

test('A5: given several videos, when asked what "this" is about, then the newest with words are offered', async () => {
  const { answer, citations } = await (await library([meeting, facts('hum'), bread])).ask(
    'what is this about?',
  );
  assert.match(answer, /several match\. Name one/);
  assert.equal(
    citations.some(({ uri }) => uri.endsWith('hum.mp3')),
    false,
  );
});

test('A6: given a word in three lines, when searched, then each line is there with its own second', async () => {
  for (const [told, word] of [
    [meeting, 'budget'],
    [sitzung, 'Haushalt'],
    [huiyi, '预算'],
  ] as const) {
    const hits = await (await library([told])).search(word);
    const starts = hits.flatMap(({ evidence }) => evidence.map(({ startMs }) => startMs / 1000));
    assert.deepEqual(
      [...new Set(starts)].sort((a, b) => a - b),
      [0, 5, 20],
      word,
    );
  }
});

test('A7: given a third follow-up, when answered, then the hits still hold the cited place', async () => {
  const talks = [
    { told: meeting, questions: ['What about the budget?', 'And last year?', 'And travel?', 'Is it in it?'] },
    {
      told: sitzung,
      questions: ['Was ist mit dem Haushalt?', 'Und im letzten Jahr?', 'Und die Reisen?', 'Sind sie darin?'],
    },
    { told: huiyi, questions: ['预算怎么样？', '那去年呢？', '那差旅呢？', '它在里面吗？'] },
  ];
  for (const { told, questions } of talks) {
    const { ask } = await library([told, bread]);
    const conversation: ConversationTurn[] = [];
    for (const question of questions) {
      const { answer, citations, hits } = await ask(question, {}, 3, conversation);
      for (const { uri, startMs } of citations)
        assert.ok(
          hits.some((hit) => hit.uri === uri && hit.clip.startMs <= startMs && startMs < hit.clip.endMs),
          `${question} ${answer}`,
        );
      conversation.push({ question, answer });
    }
  }
});

test('A8: given two language tracks, when answered, then one thing is quoted once', async () => {
  const { ask } = await library([
    {
      path: '/videos/both.mp4',
      own: [
        ...cues('3 The bridge opens in June.\n9 It is made of steel.', { source: 'en.srt' }),
        ...cues('3 Die Brücke wird im June geöffnet.\n9 Sie ist aus Stahl.', {
          source: 'de.srt',
          language: 'de',
        }),
      ],
    },
  ]);
  for (const question of ['When does the bridge open in June?', 'Was ist mit der Brücke im June?']) {
    const { citations, answer } = await ask(question);
    assert.equal(citations.length, 1, `${question} ${answer}`);
  }
});

test('A9: given part of an answer, when nothing answers, then the nearest place is offered as such', async () => {
  for (const [told, question, missing] of [
    [meeting, 'Why did the budget of the opera company collapse?', 'opera'],
    [sitzung, 'Warum platzte der Haushalt der Oper in Mailand?', 'oper'],
    [huiyi, '歌剧院的预算为什么崩溃？', '崩溃'],
  ] as const) {
    const { grounded, answer } = await (await library([told, bread])).ask(question);
    assert.equal(grounded, false, answer);
    assert.match(answer, /The nearest place is \S+ at 0:\d\d: /, question);
    assert.match(answer, new RegExp(`Not found anywhere: .*“${missing}`), question);
  }
});

test('given an English question and a library in Romanian, when refused, then only words that say something are missing', async () => {
  const talk = video('discurs', 'ro', '0 Bugetul orașului a fost aprobat ieri de consiliu.');
  const { ask } = await library([talk]);
  const { answer } = await ask('What does the walrus say?');
  assert.match(answer, /Not found anywhere: “walrus”/);
  assert.doesNotMatch(answer, /“(?:what|does|the)”/);
});

test('given a file name with control characters, when it is named in an answer, then it stays on one line', async () => {
  const { ask } = await library([{ path: '/videos/a\n2. forged \u001b[31m.mp4', durationMs: 60_000 }]);
  const { answer } = await ask('Which videos have no transcript?');
  assert.match(answer, /^a 2\. forged \[31m \[1\]\n/);
});

test('given a question that somebody asks in a video, when asked, then the reply is quoted, also to another reason', async () => {
  const { ask } = await library([
    {
      path: '/videos/bees.mp4',
      own: cues(
        '0 Host: How many hives do you have now?\n5 Miriam: Forty-two, in four places.\n11 Miriam: In the first winter all my bees died.\n18 Host: What had gone wrong?\n22 Miriam: Mites, because nobody had told me about them.\n30 Miriam: A hive gives about thirty kilos.',
      ),
    },
    {
      path: '/videos/bienen.mp4',
      own: cues(
        '0 Anna: Wie viele Bienenstöcke haben Sie jetzt?\n5 Karl: Zweiundvierzig, an vier Orten.\n11 Karl: Ein Bienenstock gibt etwa dreißig Kilo.',
        { language: 'de' },
      ),
    },
    {
      path: '/videos/mifeng.mp4',
      own: cues('0 你现在有几个蜂箱？\n5 四十二个，分在四个地方。\n11 一个蜂箱一年产三十公斤蜂蜜。', {
        language: 'zh',
      }),
    },
  ]);
  for (const [question, expected] of [
    ['How many hives does Miriam have?', /Forty-two/],
    ['Why did her bees die in the first winter?', /Mites/],
    ['Wie viele Bienenstöcke hat Karl?', /Zweiundvierzig/],
    ['现在有几个蜂箱？', /四十二/],
  ] as const)
    assert.match((await ask(question)).answer, expected, question);
});

test('given a word of the question that is said nowhere, when little else of it is found, then nothing answers', async () => {
  const { ask } = await library([
    {
      path: '/videos/chain.mp4',
      own: cues('0 You need a chain tool and an old rag.\n9 Push the pin out with the chain tool.'),
    },
    {
      path: '/videos/klausur.mp4',
      own: cues('0 Ein Taschenrechner ist erlaubt.\n6 Das Handy bleibt in der Tasche.', { language: 'de' }),
    },
    {
      path: '/videos/xiongmao.mp4',
      own: cues('0 大熊猫宝宝和游客见面。\n6 它重十一公斤。', { language: 'zh' }),
    },
  ]);
  for (const question of [
    'Where can I buy a chain tool?',
    'Wer hat den Taschenrechner erfunden?',
    '熊猫妈妈几岁了？',
  ])
    assert.equal((await ask(question)).grounded, false, question);
});
