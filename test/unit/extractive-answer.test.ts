import assert from 'node:assert/strict';
import test from 'node:test';
import { cues, library, uriOf } from '../support/transcripts.ts';

type Answered = Awaited<ReturnType<Awaited<ReturnType<typeof library>>['ask']>>;
const startsOf = ({ citations }: Answered) => citations.map(({ startMs }) => startMs / 1000);

const minutes = Array.from({ length: 24 }, (_, i) => `${i * 5} Ana: Step ${i} of the recipe is easy.`);
const recipe = { path: '/videos/recipe.mp4', durationMs: 120_000, own: cues(minutes.join('\n')) };
const inRecipe = { uris: [uriOf(recipe.path)] };

test('given a position, when answered, then the sentence spoken then is quoted, however few clips are wanted', async () => {
  const { ask } = await library([recipe]);
  for (const k of [1, 3, -1])
    for (const [question, start] of [
      ['What is said at 0:31?', 30],
      ['What does Ana say at 1:28?', 85],
      ['0:00?', 0],
      ['What happens at 1:59?', 115],
    ] as const)
      assert.deepEqual(startsOf(await ask(question, {}, k)), [start], `${question} k=${k}`);
});

test('given a position in several videos, when answered, then the sentence of each is quoted', async () => {
  const other = { ...recipe, path: '/videos/recipe two.mp4' };
  const { ask } = await library([recipe, { ...other, own: cues('62 Ben: Stir it all.') }]);
  const answer = await ask('What is said at 1:03 in the recipe video?');
  assert.deepEqual(new Set(startsOf(answer)), new Set([60, 62]), answer.answer);
});

test('given a time of day or past the end of every video, when answered, then it is no position', async () => {
  const { ask } = await library([recipe]);
  for (const question of [
    'What is said at 10:30?',
    'What is said at 1:05 pm?',
    'Who is at the meeting at 1:05?',
  ]) {
    const { grounded, answer } = await ask(question);
    assert.equal(grounded, false, `${question} ${answer}`);
  }
});

test('given a time that is itself said, when asked about it, then the sentence that says it is quoted', async () => {
  const news = {
    path: '/videos/news.mp4',
    durationMs: 1_200_000,
    own: cues('5 The train leaves at 10:30.\n630 And now sport.'),
  };
  const { ask } = await library([news]);
  assert.deepEqual(startsOf(await ask('Which train leaves at 10:30?')), [5]);
});

test('given "at the end" of several videos, when answered, then the last words of each are quoted', async () => {
  const lesson = (name: string) => ({ ...recipe, path: `/videos/${name} lesson.mp4` });
  const { ask } = await library([lesson('first'), lesson('second')]);
  const { citations, answer } = await ask('What is said at the end of the lesson?');
  assert.equal(new Set(citations.map(({ uri }) => uri)).size, 2, answer);
  for (const { endMs } of citations) assert.ok(endMs >= 115_000, answer);
});

test('given the last minute or the second half, when answered, then more than the last words are quoted', async () => {
  const { ask } = await library([recipe]);
  for (const question of ['What happens in the last minute?', 'What happens in the second half?'])
    assert.ok((await ask(question, inRecipe)).citations.length > 1, question);
  assert.equal((await ask('What happens at the end?', inRecipe)).citations.length, 1);
});

const meeting = {
  path: '/videos/meeting.mp4',
  durationMs: 200_000,
  own: cues(`
    3 Priya: Let us begin with the budget.
    16 Marcus: The budget of last year and the budget of this year differ.
    50 Elena: The old cluster is idle.
    58 Elena: So I switch it off.
    100 Marcus: Travel is not in the budget.
  `),
};

test('given "how many times", when answered, then each mention counts, two in one sentence as two', async () => {
  const { ask } = await library([meeting]);
  const answer = await ask('How many times is the budget mentioned?', {}, 1);
  assert.deepEqual(new Set(startsOf(answer)), new Set([3, 16, 100]));
  assert.match(answer.answer, /\n4 matches in total in 3 quotes\.$/);
  assert.match((await ask('How often is the cluster mentioned?')).answer, /\n1 match in total\.$/);
});

test('given the same words in two subtitle tracks and on a slide, when counted, then each moment is one', async () => {
  const translated = meeting.own.map((line) => ({ ...line, source: 'embedded:2' }));
  const slide = {
    kind: 'screenText',
    text: 'Budget',
    startMs: 0,
    endMs: 30_000,
    source: 'tesseract',
    language: 'en',
  } as const;
  const { ask } = await library([{ ...meeting, own: [...meeting.own, slide], beside: translated }]);
  assert.match(
    (await ask('How many times is the budget mentioned?')).answer,
    /\n4 matches in total in 3 quotes\.$/,
  );
});

test('given a list of what one person says, when answered, then it is quoted under the name', async () => {
  const { ask } = await library([meeting]);
  const answer = await ask('List every moment where Marcus talks about the budget');
  assert.deepEqual(new Set(startsOf(answer)), new Set([16, 100]), answer.answer);
});

test('given words in two sentences of one place, when listed, then the place is not left out', async () => {
  const garden = {
    path: '/videos/garden.mp4',
    durationMs: 300_000,
    own: cues('0 The roses need water.\n100 The roses came.\n104 They need water daily.'),
  };
  const { ask } = await library([garden]);
  const answer = await ask('List every moment about roses and water');
  assert.ok(startsOf(answer).includes(0) && startsOf(answer).some((start) => start >= 100), answer.answer);
});

test('given a file name with its extension, when asked what it is about, then the extension is no part of the name', async () => {
  const talk = { path: '/videos/opus.mp4', own: cues('0 Welcome to a talk about bees.\n9 Bees fly far.') };
  const { ask } = await library([talk, meeting, recipe]);
  for (const question of ['What is opus.mp4 about?', 'What is opus about?', 'Summarise opus.']) {
    const { citations, answer } = await ask(question);
    assert.deepEqual(
      [...new Set(citations.map(({ uri }) => uri))],
      [uriOf(talk.path)],
      `${question} ${answer}`,
    );
  }
});
