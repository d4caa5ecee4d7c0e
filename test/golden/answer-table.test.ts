import assert from 'node:assert/strict';
import test from 'node:test';
import { isRight, isUnanswerable, readQuestions, readTranscript } from '../support/answer-table.ts';
import { lanceStores } from '../support/stores.ts';
import { library, uriOf } from '../support/transcripts.ts';

/** The least that answers from words alone reach today; it only ever goes up. */
const MIN_RIGHT = 144;
/** Questions that nothing answers and that get a grounded answer today; it only ever goes down. */
const MAX_WRONGLY_GROUNDED = 0;

const videos = [
  { name: 'bread-workshop', language: 'en' },
  { name: 'team-offsite', language: 'en' },
  { name: 'battery-lecture', language: 'en' },
  { name: 'goldfish-memory-lecture', language: 'en' },
  { name: 'gemuesegarten', language: 'de' },
  { name: 'bauausschuss', language: 'de' },
  { name: 'cooking-class', language: 'zh' },
  { name: 'city-news', language: 'zh' },
];
const pathOf = (name: string) => `/videos/${name}.mp4`;

test('given 150 questions in three languages, when they are asked, then no fewer are right than before', async (t) => {
  const questions = readQuestions();
  assert.equal(questions.length, 150);
  assert.equal(questions.filter(isUnanswerable).length, 40);
  await lanceStores()(async ({ store }) => {
    const told = videos.map(({ name, language }) => ({
      path: pathOf(name),
      own: readTranscript(name, language),
    }));
    const { ask } = await library(told, store);
    const right = new Map<string, { right: number; all: number }>();
    const wrong: string[] = [];
    for (const question of questions) {
      const scope = question.scope === '' ? {} : { uris: [uriOf(pathOf(question.scope))] };
      const before = question.after === '' ? undefined : await ask(question.after, scope);
      const conversation =
        before === undefined ? [] : [{ question: question.after, answer: before.answer }];
      const given = await ask(question.question, scope, 3, conversation);
      const good = isRight(question, given);
      const kinds = [question.kind, question.language, 'all'];
      for (const kind of kinds) {
        const sum = right.get(kind) ?? { right: 0, all: 0 };
        right.set(kind, { right: sum.right + (good ? 1 : 0), all: sum.all + 1 });
      }
      if (!good)
        wrong.push(
          `${question.kind}, ${question.language}: ${question.question}\n  want ${question.seconds.join(',')} ${question.expected}\n  got ${given.grounded ? '' : '(not grounded) '}${given.citations.map(({ startMs }) => startMs / 1000).join(',')} ${given.answer.replaceAll('\n', ' | ').slice(0, 200)}`,
        );
    }
    for (const [kind, { right: count, all }] of right) t.diagnostic(`${kind}: ${count} of ${all} right`);
    if (process.env.SHOW_WRONG) console.log(wrong.join('\n'));
    const total = right.get('all')?.right ?? 0;
    const nothing = right.get('nothing');
    assert.ok(total >= MIN_RIGHT, `${total} of 150 are right; wrong:\n${wrong.join('\n')}`);
    assert.ok((nothing?.all ?? 0) - (nothing?.right ?? 0) <= MAX_WRONGLY_GROUNDED);
  });
});
