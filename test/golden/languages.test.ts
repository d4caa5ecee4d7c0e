import test from 'node:test';
import { golden } from '../support/golden.ts';
import { cues, library } from '../support/transcripts.ts';

const told = [
  {
    path: '/zh.mp4',
    own: cues(
      `0 大家好，今天我们讨论机器学习的预算。
       5 预算一共是三十万元。
       10 我们需要两台新的服务器。
       60 下面讲一下时间表。
       65 第一阶段在五月结束。`,
      { language: 'zh' },
    ),
  },
  {
    path: '/ja.mp4',
    own: cues(
      `0 今日は来年の予算について話します。
       5 予算は三百万円です。
       10 カメラを左に動かしてください。
       60 次に日程を説明します。
       65 第一段階は五月に終わります。`,
      { language: 'ja' },
    ),
  },
  {
    path: '/de.mp4',
    own: cues(
      `0 Heute geht es um den Haushaltsplan der Stadt.
       5 Die Waschmaschine kostet dreihundert Euro.
       10 Der Zug fährt um acht Uhr ab.
       60 Die Bundestagswahl findet im September statt.
       65 Wir treffen uns danach im Rathaus.`,
      { language: 'de' },
    ),
  },
];

const questions = [
  '预算是多少？',
  '需要几台服务器？',
  '天气怎么样？',
  '予算はいくらですか',
  'カメラをどう動かしますか',
  '火山が噴火したのはいつですか',
  'Was kostet die Waschmaschine?',
  'Wann ist die Wahl?',
  'Haushalt der Stadt',
  'Wie wird das Wetter morgen?',
  '这个视频讲了什么？',
];

test('given questions in Chinese, Japanese and German, when asked, then answers are quotes with citations', async () => {
  const { ask } = await library(told);
  const rows: string[] = [];
  for (const question of questions) {
    const { answer, citations } = await ask(question, {}, 1);
    rows.push(`? ${question}`, answer, ...citations.map(({ n, link }) => `[${n}] ${link}`), '');
  }
  golden('languages.txt', rows.join('\n'));
});
