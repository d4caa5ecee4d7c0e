import assert from 'node:assert/strict';
import test from 'node:test';
import { cues, library, uriOf } from '../support/transcripts.ts';

const talk = {
  path: '/videos/m07.mp4',
  durationMs: 754_000,
  own: cues('0 How many videos did they watch? Nine.\n9 It is about bees.'),
};
const hum = {
  path: '/videos/hum.mp4',
  durationMs: 10_000,
  own: cues('0 Measured: no picture.', { kind: 'facts' }),
};

test('given a question about the list of videos, when answered, then the list answers', async () => {
  const { ask } = await library([talk, hum]);
  for (const question of [
    'How many videos are there?',
    'how many videos do I have?',
    'Wie viele Videos gibt es?',
    '一共有多少个视频？',
  ])
    assert.equal((await ask(question)).answer, '2 videos are indexed here.', question);
  assert.equal(
    (await ask('How many videos are there?', { uris: [uriOf(talk.path)] })).answer,
    '1 video is indexed here.',
  );
});

test('given a named video, when asked how long it is, then its length is told', async () => {
  const { ask } = await library([talk, hum]);
  for (const question of [
    'How long is m07?',
    'How long is the video m07.mp4?',
    'Wie lang ist m07?',
    'm07.mp4有多长时间？',
  ]) {
    const { answer, citations } = await ask(question);
    assert.equal(answer, 'm07 lasts 12:34. [1]', question);
    assert.deepEqual(
      citations.map(({ uri }) => uri),
      [uriOf(talk.path)],
    );
  }
});

test('given videos without text, when asked for them, then they are listed', async () => {
  const { ask } = await library([talk, hum]);
  for (const question of [
    'Which videos have no transcript?',
    'videos without subtitles',
    'Welche Videos haben kein Transkript?',
    '哪些视频没有字幕？',
  ])
    assert.equal(
      (await ask(question)).answer,
      'hum [1]\n1 video has no transcript and no other text.',
      question,
    );
});

test('given a question about what is said of videos, when answered, then sentences answer', async () => {
  const { ask } = await library([talk, hum]);
  assert.match((await ask('How many videos did they watch?')).answer, /“Nine\.”/);
});
