import assert from 'node:assert/strict';
import test from 'node:test';
import { lesson } from '../support/cooking-lesson.ts';
import { cues, library, uriOf } from '../support/transcripts.ts';

const kitchen = { path: '/videos/risotto lesson.mp4', own: lesson, recorded: '2024-06-12T09:00:00Z' };
const call = (recorded: string, text: string) => ({
  path: `/calls/${recorded}.mp4`,
  recorded: `${recorded}T10:00:00Z`,
  own: cues(text),
});
// The library's clock stands on Thursday, 13 June 2024.
const calls = [
  call('2024-06-11', '0 Ana: We agree to hire a second cook.\n40 Ben: The oven is broken again.'),
  call('2024-06-04', '0 Ana: We agree to buy a new oven.\n40 Ben: The menu stays as it is.'),
  call('2024-03-14', '0 Ana: We agree to paint the kitchen green.\n40 Ben: The oven is fine.'),
];
const inKitchen = { uris: [uriOf(kitchen.path)] };
type Answered = Awaited<ReturnType<Awaited<ReturnType<typeof library>>['ask']>>;
const quotesOf = ({ citations }: Answered) => citations.map(({ quote }) => quote).join('\n');

test('given a recording day in the question, when resolved, then only recordings of that day are searched', async () => {
  const { ask } = await library([kitchen, ...calls]);
  assert.match(quotesOf(await ask("What did they agree on in last Tuesday's call?", {}, 1)), /second cook/);
  assert.match(quotesOf(await ask('What did Ana agree to in March?', {}, 1)), /paint the kitchen green/);
  assert.match(quotesOf(await ask('What did Ana agree to last week?', {}, 1)), /buy a new oven/);
  assert.match(quotesOf(await ask('What was said about the oven on 14 March 2024?', {}, 1)), /oven is fine/);
});

test('given only a day, when resolved, then the recordings of that day are returned', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const { citations, grounded } = await ask("What is yesterday's recording about?");
  assert.equal(grounded, true);
  assert.deepEqual([...new Set(citations.map(({ uri }) => uri))], [uriOf(kitchen.path)]);
});

test('given a scope and a date, when resolved, then both apply', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const march = { uris: [uriOf('/calls/2024-03-14.mp4')] };
  const { citations, hits } = await ask('What did Ana agree to last week?', march, 1);
  assert.deepEqual(citations, [], 'nothing of last week is in the scope');
  assert.ok(hits.length > 0 && hits.every(({ uri }) => uri === uriOf('/calls/2024-03-14.mp4')));
});

test('given a date phrase that the best place contains literally, when resolved, then it is no date filter', async () => {
  const plan = call('2024-06-10', '0 Ana: The roof was repaired in March by two men.');
  const { ask } = await library([...calls, plan]);
  assert.match(quotesOf(await ask('Who was it that repaired the roof in March?', {}, 1)), /by two men/);
});

test('given "at the end" or "in the beginning", when resolved, then that part is searched or returned', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const end = await ask('What does she say about butter at the end?', inKitchen, 1);
  assert.ok((end.citations[0]?.startMs ?? 0) >= 240_000, quotesOf(end));
  const start = await ask('What does Ana say about rice in the beginning?', inKitchen, 1);
  assert.ok((start.citations[0]?.startMs ?? 1e9) <= 60_000, quotesOf(start));
  const last = await ask('What happens at the end?', inKitchen);
  assert.ok(last.citations.length > 0);
  for (const { startMs } of last.citations) assert.ok(startMs >= 216_000);
  for (const question of [
    'What happens at the end of the risotto lesson?',
    'What happens at the end of the lesson?',
  ]) {
    const named = await ask(question);
    assert.ok(named.citations.length > 0);
    for (const { startMs, uri } of named.citations)
      assert.deepEqual([uri, startMs >= 216_000], [uriOf(kitchen.path), true]);
  }
});

test('given "after" or "before" something, when resolved, then its neighbours in the video come in order', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const after = await ask('What happens after the onion turns soft?', {}, 1);
  assert.match(quotesOf(after), /Then the rice goes in dry/);
  for (const { startMs } of after.citations) assert.ok(startMs >= 82_000);
  const before = await ask('What does Ana say before the glass of white wine?', {}, 1);
  assert.ok(before.citations.length > 0);
  for (const { endMs } of before.citations) assert.ok(endMs <= 101_000, quotesOf(before));
  const about = await ask('What does Ana say about butter after the seventeen minutes?', {}, 1);
  assert.match(quotesOf(about), /cold butter and cheese|mantecatura/);
});

test('given one place with both subjects or a place without either, when resolved, then it is no neighbour', async () => {
  const fish = {
    path: '/videos/fish.mp4',
    own: cues(`
      0 Tom: Feed the fish twice before a holiday and not at all meanwhile.
      40 Tom: Clean the glass with a sponge.
      90 Tom: My holiday was in Rome this year.
      130 Tom: The filter is new.
    `),
  };
  const { ask } = await library([kitchen, fish, ...calls]);
  assert.match(quotesOf(await ask('How do I feed the fish before a holiday?', {}, 1)), /Feed the fish twice/);
  const porcini = await ask('How long do the porcini soak after a holiday?', {}, 1);
  assert.doesNotMatch(quotesOf(porcini), /filter|Rome/);
  const butter = await ask('What is said about the stock at the end?', inKitchen, 1);
  assert.doesNotMatch(quotesOf(butter), /wave on the plate|Cover it/, 'the end holds nothing of the stock');
});

test('given "and then?", when resolved, then it continues from the previous topic', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const question = 'When does the onion turn soft?';
  const { answer } = await ask(question);
  const { citations } = await ask('What happens next?', {}, 1, [{ question, answer }]);
  assert.match(citations.map(({ quote }) => quote).join(), /Then the rice goes in dry/);
});

test('given a time phrase without matches, when resolved, then it is searched literally', async () => {
  const { ask } = await library([kitchen, ...calls]);
  assert.match(quotesOf(await ask('What happens after the volcano erupts over the porcini?')), /porcini|^$/);
  const otherYear = await ask('How long did the dried porcini soak in 2019?');
  assert.equal(otherYear.grounded, false);
  assert.match(otherYear.answer, /“2019”.*\n.*nearest place.*twenty minutes/);
  const nothing = await ask('Who won the football match yesterday?');
  assert.equal(nothing.grounded, false);
  assert.match(nothing.answer, /Nothing in the index answers this/);
});

test('given "how many times", when answered, then all places are listed and counted', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const { answer, citations } = await ask('How many times is the oven mentioned?', {}, 1);
  assert.equal(citations.length, 3);
  assert.match(answer, /\n3 matches in total\.$/);
});

test('given a follow-up about the whole topic, when resolved, then the whole video is meant', async () => {
  const { ask } = await library([kitchen, ...calls]);
  const conversation = [{ question: 'How long do I soak the dried porcini?', answer: 'Twenty minutes [1].' }];
  const { citations } = await ask('And what is it about?', {}, 3, conversation);
  assert.ok(citations.length > 2, 'an outline');
  assert.ok(citations.every(({ uri }) => uri === uriOf(kitchen.path)));
});
