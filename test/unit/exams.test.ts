import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createJsonExamBook } from '../../server/src/adapters/json-exam-book.ts';
import { packageRoot } from '../../server/src/base/package-root.ts';
import { ANSWER_EXAM } from '../../server/src/core/exams/answer-exam.ts';
import { EXAM_PICTURES } from '../../server/src/core/exams/picture-exam.ts';
import {
  countHeardWords,
  decodeMuLaw,
  doubleRate,
  RANKING_EXAM,
} from '../../server/src/core/exams/text-exam.ts';
import type { AnswerStyle } from '../../server/src/core/models/answer-style.ts';
import { examineAnswerer } from '../../server/src/examining/examine-answerer.ts';
import { examineReranker, examineTranscriber } from '../../server/src/examining/examine-model.ts';
import type { Answerer } from '../../server/src/ports/answerer.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;

/** A model that answers a question of the exam as the test says. */
function answererOf(
  says: (question: string, prompt: string) => string,
  style?: AnswerStyle,
): Answerer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name: 'writer',
    words: 400,
    ...(style && { style }),
    asked,
    async answer(messages, onDelta, signal) {
      const prompt = messages.at(-1)?.text ?? '';
      asked.push(prompt);
      const question = /Question: (.*)/.exec(prompt)?.[1] ?? '';
      const text = says(question, prompt);
      for (const piece of text.split(/(?<= )/)) {
        signal.throwIfAborted();
        onDelta(piece);
      }
      return text;
    },
    close: async () => undefined,
  };
}

/** The line that answers a question, and its number in a cited prompt; undefined if none does. */
function findAnswerLine(question: string) {
  const found = ANSWER_EXAM.find((each) => each.question === question);
  const index = found?.lines.findIndex(({ text }) => found.expected && text.includes(found.expected)) ?? -1;
  return index < 0 ? undefined : { text: found?.lines[index]?.text ?? '', n: index + 1 };
}

test('given the exam, then it has twelve questions, four of them without an answer', () => {
  assert.equal(ANSWER_EXAM.length, 12);
  assert.equal(ANSWER_EXAM.filter(({ expected }) => expected === undefined).length, 4);
  for (const { lines, expected } of ANSWER_EXAM)
    if (expected)
      assert.ok(
        lines.some(({ text }) => text.includes(expected)),
        expected,
      );
});

test('given a model that cites well, when it takes the exam, then it writes whole answers', async () => {
  const answerer = answererOf((question) => {
    const line = findAnswerLine(question);
    return line ? `${line.text.replace(/\.$/, '')} [${line.n}].` : 'NO ANSWER';
  });
  const mark = await examineAnswerer(answerer, never);
  assert.deepEqual([mark.right, mark.all, mark.style, mark.isFit], [12, 12, 'cited', true]);
  assert.equal(answerer.asked.length, 12);
});

test('given a model that answers right but cites nothing, when it takes the exam, then it is asked plainly from then on', async () => {
  const mark = await examineAnswerer(
    answererOf((question) => findAnswerLine(question)?.text ?? 'I do not know.'),
    never,
  );
  assert.deepEqual([mark.right, mark.style, mark.isFit], [12, 'plain', true]);
});

for (const [what, says] of [
  ['numbers alone', () => '[1][3]'],
  ['the header of its evidence', () => 'Evidence [1], "bakery" from 0:00 to 0:05: [1]'],
  ['the same sentence for ever', () => 'It is about owls. '.repeat(100)],
] as const) {
  test(`given a model that writes ${what}, when it takes the exam, then quotes are used`, async () => {
    const mark = await examineAnswerer(answererOf(says), never);
    assert.equal(mark.isFit, false);
    assert.match(mark.summary, /of 12 answers right: too few, so quotes are used/);
  });
}

test('given a model that answers every question, also those without an answer, when it takes the exam, then it fails', async () => {
  const mark = await examineAnswerer(
    answererOf((_question, prompt) => /Transcript:\n(.*)/.exec(prompt)?.[1] ?? 'Yes [1].'),
    never,
  );
  assert.equal(mark.isFit, false);
});

test('given a reranker, when it takes the exam, then one that puts answers last is not fit', async () => {
  const rank = (sign: number) => ({
    name: 'ranker',
    revision: '1',
    loaded: undefined,
    rank: async (question: string, passages: readonly string[]) => {
      const answer = RANKING_EXAM.find((each) => each.question === question)?.passages[0];
      return passages.map((passage) => (passage === answer ? sign : 0));
    },
    health: async () => ({ device: 'cpu', steps: [] }),
    close: async () => undefined,
  });
  assert.equal((await examineReranker(rank(1), never)).isFit, true);
  const bad = await examineReranker(rank(-1), never);
  assert.deepEqual([bad.right, bad.isFit], [0, false]);
});

test('given the recording of the exam, when a transcriber hears it, then it gets 16 kHz sound, and its words are counted', async () => {
  const recording = readFileSync(join(packageRoot(), 'models/exam/sentence.ulaw'));
  let heard: Float32Array = new Float32Array();
  const mark = await examineTranscriber(
    {
      name: 'hearer',
      revision: '1',
      loaded: undefined,
      async transcribe({ samples }) {
        heard = samples;
        return { segments: [{ text: ' The train to the mountains leaves at 7.' }] };
      },
      health: async () => ({ device: 'cpu', steps: [] }),
      close: async () => undefined,
    },
    recording,
    never,
  );
  assert.equal(heard.length, recording.length * 2);
  const peak = heard.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
  assert.ok(peak > 0.2 && peak <= 1, `${peak}`);
  assert.deepEqual([mark.right, mark.all], [7, 9]);
});

test('given sound in 8 bits, when decoded, then silence is 0 and loud samples keep their sign', () => {
  const [silent = 1, loud = 0, negative = 0] = decodeMuLaw(Uint8Array.of(0xff, 0x80, 0x00));
  assert.ok(Math.abs(silent) < 1e-3);
  assert.ok(loud > 0.9 && negative < -0.9);
  assert.deepEqual([...doubleRate(Float32Array.of(0, 1))], [0, 0.5, 1, 1]);
  assert.equal(countHeardWords('nothing'), 0);
  assert.equal(new Set(EXAM_PICTURES.map(({ colour }) => colour)).size, 4);
});

test('given a stored result, when the book is opened again, then it is there; a broken file counts as empty', async () => {
  const path = join(tempFolder(), 'exams.json');
  const mark = { right: 1, all: 12, summary: 'bad', isFit: false, style: 'plain' } as const;
  await createJsonExamBook(path, assert.fail).save('answerer m@1', mark);
  assert.deepEqual(createJsonExamBook(path, assert.fail).find('answerer m@1'), mark);
  assert.equal(createJsonExamBook(path, assert.fail).find('toString'), undefined);
});
