import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { isRight, isUnanswerable, readQuestions, readTranscripts } from '../support/answer-table.ts';
import { lanceStores } from '../support/stores.ts';
import { library, uriOf } from '../support/transcripts.ts';

/** A table of questions, and the floor it must not fall below; floors only ever go up. */
interface Table {
  readonly folder: string;
  readonly questionCount: number;
  readonly unanswerableCount: number;
  /** The least that answers from words alone reach today. */
  readonly minRight: number;
  /** Questions that nothing answers and that get a grounded answer today; it only ever goes down. */
  readonly maxWronglyGrounded: number;
}

const TUNED: Table = {
  folder: 'answers',
  questionCount: 150,
  unanswerableCount: 40,
  minRight: 148,
  maxWronglyGrounded: 0,
};
const OTHER_VIDEOS: Table = {
  folder: 'answers-unseen',
  questionCount: 152,
  unanswerableCount: 38,
  minRight: 139,
  maxWronglyGrounded: 0,
};
const BROADCASTS: Table = {
  folder: 'answers-broadcasts',
  questionCount: 75,
  unanswerableCount: 16,
  minRight: 60,
  maxWronglyGrounded: 0,
};
const HELD_OUT: Table = {
  folder: 'answers-held-out',
  questionCount: 45,
  unanswerableCount: 11,
  minRight: 39,
  maxWronglyGrounded: 1,
};

const EVERYDAY: Table = {
  folder: 'answers-everyday',
  questionCount: 76,
  unanswerableCount: 15,
  minRight: 64,
  maxWronglyGrounded: 2,
};

const CALLS: Table = {
  folder: 'answers-calls',
  questionCount: 66,
  unanswerableCount: 15,
  minRight: 56,
  maxWronglyGrounded: 2,
};

const SECOND_HELD_OUT: Table = {
  folder: 'answers-second-held-out',
  questionCount: 51,
  unanswerableCount: 11,
  minRight: 42,
  maxWronglyGrounded: 1,
};

const pathOf = (name: string) => `/videos/${name}.mp4`;

/** Asks all questions of a table, reports how many are right by kind and language, and checks the floor. */
async function checkTable(t: TestContext, table: Table): Promise<void> {
  const questions = readQuestions(table.folder);
  assert.equal(questions.length, table.questionCount);
  assert.equal(questions.filter(isUnanswerable).length, table.unanswerableCount);
  await lanceStores()(async ({ store }) => {
    const videos = readTranscripts(table.folder).map(({ name, lines }) => ({
      path: pathOf(name),
      own: lines,
    }));
    const { ask } = await library(videos, store);
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
    assert.ok(
      total >= table.minRight,
      `${total} of ${table.questionCount} are right; wrong:\n${wrong.join('\n')}`,
    );
    assert.ok((nothing?.all ?? 0) - (nothing?.right ?? 0) <= table.maxWronglyGrounded);
  });
}

test('given 150 questions in three languages, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, TUNED));

test('given questions about other videos, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, OTHER_VIDEOS));

test('given questions about lessons, a hearing and the news, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, BROADCASTS));

test('given questions that no rule was made for, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, HELD_OUT));

test('given questions about a tutorial, an interview, a meeting and a lecture, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, EVERYDAY));

test('given questions about a call without punctuation, a film and the radio, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, CALLS));

test('given questions written after all rules, when they are asked, then no fewer are right than before', (t) =>
  checkTable(t, SECOND_HELD_OUT));
