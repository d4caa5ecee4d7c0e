import assert from 'node:assert/strict';
import test from 'node:test';
import { findNamedVideos } from '../../server/src/core/query/video-names.ts';
import { cues, library, uriOf } from '../support/transcripts.ts';

const names = [
  'm12',
  'm1',
  'battery-lecture',
  'Team Offsite',
  'gemuesegarten',
  'city-news',
  '2024-05-03 standup',
  'opus',
  '会议记录',
];
const find = (question: string) =>
  findNamedVideos(
    question,
    names.map((name) => ({ video: name, name })),
  );

test('given a name with or without its extension, when a question is read, then the video is found and the name removed', () => {
  for (const [question, video, rest] of [
    ['batteries in m12', 'm12', 'batteries'],
    ['What is said in m12.mp4 about cats?', 'm12', 'What is said about cats?'],
    ['What is Battery_Lecture about?', 'battery-lecture', 'What is about?'],
    ['summarise team offsite', 'Team Offsite', 'summarise'],
    ['What does the video opus show?', 'opus', 'What does the show?'],
    ['recipe in opus', 'opus', 'recipe'],
    ['What happens in 2024-05-03 standup.mkv?', '2024-05-03 standup', 'What happens?'],
    ['What is the separator in the battery lecture?', 'battery-lecture', 'What is the separator?'],
    [
      'what did they say in the offsite recording about money?',
      'Team Offsite',
      'what did they say about money?',
    ],
    ['Was sagt Karin in gemüsegarten.mp4?', 'gemuesegarten', 'Was sagt Karin?'],
    ['Was sagt Karin im Video Gemüsegarten?', 'gemuesegarten', 'Was sagt Karin?'],
    ['在city-news里市长说了什么？', 'city-news', '市长说了什么？'],
    ['会议记录里说了什么？', '会议记录', '说了什么？'],
  ] as const) {
    const found = find(question);
    assert.deepEqual([found?.videos, found?.question], [[video], rest], question);
  }
});

test('given a word that is a name and may be a topic, when a question is read, then it is no name', () => {
  for (const question of [
    'What is opus?',
    'What is the opus about?',
    'Who gives a lecture?',
    'Was ist ein Standup?',
    '什么是会议？',
  ])
    assert.equal(find(question), undefined, question);
  assert.equal(find('What is Battery_Lecture about?')?.isExplicit, false);
  assert.equal(find('batteries in m12')?.isExplicit, true);
});

const lecture = {
  path: '/videos/m12.mp4',
  own: cues('0 Lithium batteries age.\n9 Keep the batteries cool.'),
};
const shop = {
  path: '/videos/m33.mp4',
  own: cues('0 Batteries batteries batteries.\n9 Batteries are on sale in the shop.'),
};

test('given a question that names its video, when answered, then only that video is quoted', async () => {
  const { ask } = await library([lecture, shop]);
  for (const question of [
    'batteries in m12',
    'What is said about batteries in m12.mp4?',
    'Which batteries are in M12?',
  ]) {
    const { citations, answer } = await ask(question);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf(lecture.path)],
      `${question} ${answer}`,
    );
  }
  assert.equal((await ask('What do they say about the shop in m12?')).grounded, false);
});

test('given a question about nothing but a video, when answered, then the video is outlined', async () => {
  const { ask } = await library([lecture, shop]);
  for (const question of [
    'What is said in m12?',
    'What happens in m12.mp4?',
    'Was wird in m12 gesagt?',
    'm12.mp4里说了什么？',
  ]) {
    const { citations, answer } = await ask(question);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf(lecture.path)],
      `${question} ${answer}`,
    );
  }
});
