import assert from 'node:assert/strict';
import test from 'node:test';
import { cues, library, uriOf } from '../support/transcripts.ts';

/** A video of two sentences; the day on which it was recorded. Questions are asked on 13 June 2024, a Thursday. */
const recorded = (path: string, recorded: string, text: string) => ({
  path,
  recorded,
  own: cues(`0 ${text}\n20 It was a good day with a lot of rain over the old harbour.`),
});
const videos = [
  recorded('/videos/old.mp4', '2024-01-10', 'The plumbers came to fix the kitchen sink in the morning.'),
  recorded('/videos/fence.mp4', '2024-06-11', 'We painted the fence green together with the neighbours.'),
  recorded('/videos/choir.mp4', '2024-06-12', 'The choir sang three songs in the market square.'),
];

test('given videos of several months, when asked what is new, then the newest come first', async () => {
  const { ask } = await library(videos);
  for (const question of ['What is new?', 'Was gibt es Neues?', '有什么新视频？']) {
    const { grounded, citations } = await ask(question, {}, 2);
    assert.equal(grounded, true, question);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf('/videos/choir.mp4'), uriOf('/videos/fence.mp4')],
      question,
    );
  }
});

test('given videos of several months, when asked what is new this week, then only those of the week are named', async () => {
  const { ask } = await library(videos);
  for (const question of ['What is new this week?', 'Was ist neu diese Woche?', '这周有什么新视频？']) {
    const { citations } = await ask(question, {}, 5);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf('/videos/choir.mp4'), uriOf('/videos/fence.mp4')],
      question,
    );
  }
});
