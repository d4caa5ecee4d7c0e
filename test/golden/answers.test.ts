import assert from 'node:assert/strict';
import test from 'node:test';
import { golden } from '../support/golden.ts';
import { lesson } from '../support/cooking-lesson.ts';
import { cues, library, type Told, uriOf } from '../support/transcripts.ts';

const kitchen: Told = { path: '/videos/risotto lesson.mp4', own: lesson };
const slide = (text: string) =>
  ({ kind: 'screenText', text, startMs: 60_000, endMs: 70_000, source: 'tesseract', language: 'en' }) as const;
const lecture: Told = {
  path: '/videos/lecture.mp4',
  recorded: '2021-01-01',
  own: [
    ...cues('0 How long does a goldfish remember? At least three months.\n40 Blame the bowl and not its memory.'),
    ...['Next lecture', 'How fish hear', '21 May, room 4'].map(slide),
  ],
};
const penguins: Told = {
  path: '/videos/penguins.mp4',
  recorded: '2022-01-05',
  own: cues(`
    0 Every autumn the emperor penguins leave the sea and walk inland.
    6 They walk for a week, sometimes a hundred kilometres.
    13 The female lays one egg and goes back to feed.
    20 The male keeps the egg on his feet for two months and eats nothing.
  `),
};

type Answered = Awaited<ReturnType<Awaited<ReturnType<typeof library>>['ask']>>;

function shown(question: string, { answer, citations, grounded, deltas }: Answered): string {
  assert.equal(deltas.join(''), answer, 'the deltas are the answer');
  for (const { n } of citations) assert.ok(answer.includes(`[${n}]`));
  const rows = citations.map(({ n, link, quote, clipId }) => `[${n}] ${link} ${clipId}\n    ${quote}`);
  return [`? ${question}`, answer, grounded ? 'grounded' : 'not grounded', ...rows, ''].join('\n');
}

test('given questions, when asked without a model, then answers are quotes with citations', async () => {
  const { ask } = await library([kitchen, penguins, lecture]);
  const questions = [
    'How long do I toast the rice?',
    'Which rice do you take?',
    'What does the male penguin do with the egg?',
    'What did Tom ask about the mushrooms?',
    'Who won the football match in Madrid?',
    '"dried porcini"',
    'When is the next lecture?',
    'How long does a goldfish keep a memory?',
  ];
  const answers = [];
  for (const question of questions) answers.push(shown(question, await ask(question)));
  golden('answers.txt', answers.join('\n'));
});

test('given a question what a video is about, when asked, then the answer outlines the whole video', async () => {
  const { ask } = await library([kitchen, penguins]);
  const scope = { uris: [uriOf(kitchen.path)] };
  const chapters = [
    { startMs: 0, endMs: 60_000, title: 'What you need' },
    { startMs: 60_000, endMs: 140_000, title: 'Toasting' },
    { startMs: 140_000, endMs: 270_000, title: 'Cooking' },
  ];
  const withChapters = await library([{ ...kitchen, chapters }]);
  golden(
    'outlines.txt',
    [
      shown('What is this video about?', await ask('What is this video about?', scope)),
      shown('Summarize the penguins', await ask('Summarize the penguins')),
      shown('What is it about?', await ask('What is it about?')),
      shown('Give me an overview (chapters)', await withChapters.ask('Give me an overview')),
    ].join('\n'),
  );
});

test('given an empty index, when asked, then the answer says so', async () => {
  const { ask } = await library([]);
  const { answer, grounded, hits } = await ask('Where is the key?');
  assert.match(answer, /^Nothing is indexed here yet\./);
  assert.deepEqual([grounded, hits], [false, []]);
});

test('given k, when asked, then it limits the clips that are cited, and -1 does not', async () => {
  const { ask } = await library([kitchen]);
  const question = 'rice';
  assert.equal((await ask(question, {}, 1)).citations.length, 1);
  assert.ok((await ask(question, {}, -1)).citations.length > 1);
});
