import assert from 'node:assert/strict';
import test from 'node:test';
import type { ConversationTurn } from '../../server/src/core/domain/conversation.ts';
import {
  findConversationTopic,
  resolveFollowUp,
  toStandaloneQuestion,
} from '../../server/src/core/query/follow-up.ts';
import { lesson } from '../support/cooking-lesson.ts';
import { cues, library } from '../support/transcripts.ts';

const planning = cues(`
  0 Ben: Good morning, the first item is the budget of the remote control.
  5 Ben: We agreed on twelve euros fifty for each piece.
  11 Cleo: Is that with the batteries?
  14 Ben: No, the batteries come on top.
  60 Cleo: The launch is planned for the second of June.
  66 Ben: Dora owns the launch, she reports each week.
`);
const penguins = cues(`
  0 Every autumn the emperor penguins leave the sea and walk inland.
  13 The female lays one egg and goes back to feed.
  20 The male keeps the egg on his feet for two months and eats nothing.
  70 A leopard seal waits at the edge of the ice and takes a young bird.
`);
/** Says of other things what the follow-ups ask. */
const garage = cues(`
  0 Paul: The batteries of the car are flat, and nobody owns a charger.
  8 Paul: My neighbour owns the car and reports every scratch each week.
  40 Paul: The dog eats nothing but meat, and he soaks his bread in milk.
  70 Paul: The train leaves at nine, wait at the edge of the road.
  76 Paul: An onion in the tank is enough to know when it is hot.
  100 Paul: It comes with a cable, and it takes two months to arrive.
`);
const shelf = [
  { path: '/videos/garage.mp4', own: garage, recorded: '2024-06-01' },
  { path: '/videos/risotto lesson.mp4', own: lesson },
  { path: '/videos/planning.mp4', own: planning },
  { path: '/videos/penguins.mp4', own: penguins },
];

/** Questions one after the other, and what the quote that answers the last one must hold. */
const conversations: readonly (readonly [...string[], RegExp])[] = [
  ['What budget did Ben agree on for the remote control?', 'And the batteries?', /batteries/],
  ['When is the launch?', 'And who owns it?', /Dora owns the launch/],
  ['When is the launch?', 'Who owns it?', 'How often does she report?', /reports each week/],
  ['What does the male penguin do with the egg?', 'For how long?', /two months/],
  ['What does the male penguin do with the egg?', 'What does he eat?', /eats nothing/],
  ['Where do the emperor penguins walk?', 'When do they leave?', /Every autumn/],
  ['Which rice do you take?', 'Why?', /Carnaroli/],
  ['How long do I toast the rice?', 'How do I know when it is enough?', /toasted enough|glassy/],
  ['What do I do with the dried porcini?', 'How long do they soak?', /soaked in warm water/],
  ['What is mantecatura?', 'And what comes with it?', /butter/],
  ['How long do I toast the rice?', 'What about the onion?', /onion/],
  ['How long do I toast the rice?', 'When is the launch planned?', /second of June/],
  ['What takes a young bird?', 'Where does it wait?', /edge of the ice/],
];

test('given conversations, when a follow-up is asked, then the quote answers it', async () => {
  const { ask } = await library(shelf);
  const missed: string[] = [];
  for (const [at, conversation] of conversations.entries()) {
    const wanted = conversation.at(-1) as RegExp;
    const questions = conversation.slice(0, -1) as readonly string[];
    const before: ConversationTurn[] = [];
    let quotes = '';
    for (const question of questions) {
      const { answer, citations } = await ask(question, {}, 1, before);
      before.push({ question, answer });
      quotes = citations.map(({ quote }) => quote).join('\n');
    }
    if (!wanted.test(quotes)) missed.push(`${at}: ${questions.join(' / ')} => ${quotes}`);
  }
  assert.deepEqual(missed, []);
});

test('given follow-ups without their conversation, when asked, then at most half are answered', async () => {
  const { ask } = await library(shelf);
  let found = 0;
  for (const conversation of conversations) {
    const { citations } = await ask(conversation.at(-2) as string, {}, 1);
    if ((conversation.at(-1) as RegExp).test(citations.map(({ quote }) => quote).join('\n'))) found += 1;
  }
  assert.ok(found <= conversations.length / 2, `${found} of ${conversations.length}`);
});

const said = (question: string, answer = ''): ConversationTurn => ({ question, answer });

test('given a question that stands alone or an empty conversation, then it is not rewritten as dependent', () => {
  const more = resolveFollowUp('How long do I toast the rice?', [said('Who owns the budget?')]);
  assert.equal(more?.isDependent, false);
  assert.equal(resolveFollowUp('And who owns it?', []), undefined);
  assert.equal(resolveFollowUp('And who owns it?', [said('the of and')]), undefined);
});

test('given follow-ups, when resolved, then the topic and the people of the last answer are added', () => {
  const launch = said('When is the launch of the camera?');
  assert.deepEqual(resolveFollowUp('And who owns it?', [launch]), {
    text: 'And who owns it? launch camera',
    isDependent: true,
  });
  assert.deepEqual(findConversationTopic([launch, said('and who owns it?')]), ['owns', 'launch', 'camera']);
  assert.deepEqual(findConversationTopic([launch, said('Which rice is toasted?')]), ['rice', 'toasted']);
  const owner = said('Who owns the launch?', 'Ben: “Dora owns the launch.” [1]\nIt is up to Dora [2].');
  assert.match(
    resolveFollowUp('How often does she report?', [owner])?.text ?? '',
    /report\? Ben Dora .*launch$/,
  );
});

test('given a follow-up, when made standalone, then its topic is in parentheses; given a full question, then it is unchanged', () => {
  const launch = said('When is the launch of the camera?');
  assert.equal(
    toStandaloneQuestion('And who owns it?', [launch]),
    'And who owns it? (This is about: launch, camera.)',
  );
  assert.equal(toStandaloneQuestion('Which rice is toasted?', [launch]), 'Which rice is toasted?');
  assert.equal(toStandaloneQuestion('And who owns it?', []), 'And who owns it?');
});

test('given operators in an earlier question, when a follow-up is resolved, then they are not in it', () => {
  const more = resolveFollowUp('And who owns it?', [said('in:secret "launch" -camera said:money')]);
  assert.doesNotMatch(more?.text.slice('And who owns it?'.length) ?? '', /["“”]|:\S|\s-/);
});
