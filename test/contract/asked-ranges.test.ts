import assert from 'node:assert/strict';
import test from 'node:test';
import { asking } from '../support/ask-with-model.ts';
import { cues, uriOf } from '../support/transcripts.ts';

const path = '/videos/market.mp4';
const uri = uriOf(path);
const videos = [
  {
    path,
    durationMs: 120_000,
    own: [
      ...cues(`
        2 The apples cost two euros.
        40 The pears cost three euros.
        70 The plums cost four euros.
      `),
      ...cues('41 A woman holds a green basket.', { kind: 'caption', source: 'captioner' }),
    ],
  },
];
const firstClip = { uri, startMs: 0, endMs: 30_000 };
const secondClip = { uri, startMs: 30_000, endMs: 60_000 };

test('given parts of a video, when a question names them, then they are all the evidence, in their order, whatever its words find', async () => {
  const { ask, asked } = await asking(videos, { says: () => 'Two euros [2]. Three euros [1].' });
  const answer = await ask('What do the plums cost?', { ranges: [secondClip, firstClip], k: 2 });
  const prompt = asked[0]?.at(-1)?.text ?? '';
  assert.match(prompt, /Evidence \[1\][\s\S]*pears[\s\S]*Evidence \[2\][\s\S]*apples/);
  assert.doesNotMatch(prompt, /four euros/);
  assert.deepEqual(
    answer.hits.map(({ startMs }) => startMs),
    [30_000, 0],
  );
  assert.deepEqual(
    answer.citations.map(({ startMs }) => startMs),
    [2_000, 40_000],
  );
});

test('given kinds, when a part is asked about, then other evidence of it is not used', async () => {
  const { ask, asked } = await asking(videos, { says: () => 'A basket [1].' });
  await ask('What is there?', { ranges: [{ ...secondClip, kinds: ['caption'] }], k: 1 });
  const prompt = asked[0]?.at(-1)?.text ?? '';
  assert.match(prompt, /green basket/);
  assert.doesNotMatch(prompt, /pears/);
});

test('given a part without text, when it is asked about, then nothing is made up', async () => {
  const { ask, asked } = await asking(videos, { says: () => 'Something [1].' });
  const answer = await ask('What do the plums cost?', {
    ranges: [{ uri, startMs: 100_000, endMs: 110_000 }],
    k: 1,
  });
  assert.equal(answer.grounded, false);
  assert.equal(asked.length, 0);
});

test('given no language model, when a part is asked about, then it is quoted', async () => {
  const { ask } = await asking(videos, {});
  const answer = await ask('What do the pears cost?', { ranges: [secondClip], k: 1 });
  assert.match(answer.answer, /pears cost three euros/);
});

test('given options, when the model tells how likely they are, then the answer has their shares, and the prompt their letters', async () => {
  const prompts: string[] = [];
  const options = ['two euros', 'three euros', 'four euros'];
  const { ask } = await asking(videos, {
    says: () => 'It is three euros [1].',
    scores: (messages, replies) => {
      prompts.push(messages.at(-1)?.text ?? '');
      return replies.map((reply) => Math.log(reply === 'B' ? 0.6 : 0.2));
    },
  });
  const answer = await ask('What do the pears cost? (A) two euros (B) three euros (C) four euros', {
    options,
  });
  assert.deepEqual(
    answer.optionShares?.map((share) => Math.round(share * 100)),
    [20, 60, 20],
  );
  assert.match(prompts[0] ?? '', /pears cost three euros[\s\S]*one letter and nothing else: A, B, C\.$/);
  // Without options nothing is scored.
  assert.equal((await ask('What do the pears cost?')).optionShares, undefined);
  assert.equal(prompts.length, 1);
});

test('given options, when the model cannot tell or finds all equal, then there are no shares', async () => {
  const options = ['two euros', 'three euros'];
  const silent = await asking(videos, { says: () => 'Three euros [1].' });
  assert.equal((await silent.ask('What do the pears cost?', { options })).optionShares, undefined);
  const equal = await asking(videos, { says: () => 'Three euros [1].', scores: () => [-1, -1] });
  assert.equal((await equal.ask('What do the pears cost?', { options })).optionShares, undefined);
});
