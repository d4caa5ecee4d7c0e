import type { Line } from '../domain/description.ts';
import { ANSWER_RULES, answerPrompt } from '../generation/answer-prompt.ts';
import { createCitationFilter } from '../generation/citation-filter.ts';
import { createPhraseFilter } from '../generation/phrase-filter.ts';
import { PLAIN_INSTRUCTION, plainPrompt } from '../generation/plain-prompt.ts';
import { splitSentences } from '../language/sentence-splitter.ts';
import type { AnswerStyle } from '../models/answer-style.ts';
import type { ExamMark } from './exam-result.ts';

/** A question of the exam, and a word of the right answer; undefined if the transcript does not answer it. */
export interface AnswerExamQuestion {
  readonly question: string;
  readonly lines: readonly Line[];
  readonly expected: string | undefined;
}

const toLines = (source: string, texts: readonly string[]): readonly Line[] =>
  texts.map((text, i) => ({
    kind: 'speech',
    source,
    language: 'en',
    startMs: i * 6_000,
    endMs: i * 6_000 + 5_000,
    text,
  }));

const BAKERY = toLines('bakery', [
  'Good morning and welcome to the bakery.',
  'The dough for the rolls rests for forty minutes.',
  'We add poppy seeds at the very end.',
  'The oven was repaired by a locksmith last winter.',
  'The shop opens at six, and on Sundays at eight.',
]);
const MEETING = toLines('meeting', [
  'The first item is the bridge over the river.',
  'The new railing costs nine thousand euros.',
  'The work starts in April, when the water is low.',
  'A school class painted the old boards green.',
  'The mayor wants to open it with a brass band.',
]);
const LECTURE = toLines('lecture', [
  'Today we talk about owls.',
  'An owl turns its head with fourteen bones in its neck.',
  'It hears a mouse under the snow.',
  'Its feathers make no noise when it flies.',
  'Young owls leave the nest after five weeks.',
]);

/** Twelve questions over made-up transcripts; the last four have no answer there. */
export const ANSWER_EXAM: readonly AnswerExamQuestion[] = [
  { question: 'How long does the dough rest?', lines: BAKERY, expected: 'forty' },
  { question: 'Who repaired the oven?', lines: BAKERY, expected: 'locksmith' },
  { question: 'What is added at the very end?', lines: BAKERY, expected: 'poppy' },
  { question: 'What does the new railing cost?', lines: MEETING, expected: 'nine thousand' },
  { question: 'When does the work on the bridge start?', lines: MEETING, expected: 'April' },
  { question: 'Who painted the old boards?', lines: MEETING, expected: 'class' },
  { question: 'How many bones does an owl have in its neck?', lines: LECTURE, expected: 'fourteen' },
  { question: 'When do young owls leave the nest?', lines: LECTURE, expected: 'five weeks' },
  { question: 'How much does a roll cost?', lines: BAKERY, expected: undefined },
  { question: 'How old is the bridge?', lines: MEETING, expected: undefined },
  { question: 'What is the name of the mayor?', lines: MEETING, expected: undefined },
  { question: 'How many eggs does an owl lay?', lines: LECTURE, expected: undefined },
];

/** What goes into a model, and what of its text would be shown. */
export interface AnswerExamTask {
  readonly messages: readonly { readonly role: 'system' | 'user'; readonly text: string }[];
  /** Takes a piece of text. Returns false if the model should stop. */
  push(delta: string): boolean;
  /** Returns whether what would be shown is right. */
  isRight(): boolean;
}

const WORD_BUDGET = 200;

/** Creates the task of one question, asked in a style. */
export function createAnswerTask(
  { question, lines, expected }: AnswerExamQuestion,
  style: AnswerStyle,
): AnswerExamTask {
  const isRightText = (shown: string) =>
    expected === undefined ? shown === '' : shown.toLowerCase().includes(expected.toLowerCase());
  if (style === 'plain') {
    const sentences = splitSentences(lines);
    const filter = createPhraseFilter({
      question,
      instructions: PLAIN_INSTRUCTION,
      evidence: [sentences],
      language: 'en',
    });
    return {
      messages: [{ role: 'user', text: plainPrompt(question, sentences, WORD_BUDGET) }],
      push(delta) {
        filter.push(delta);
        return !filter.isFinished();
      },
      isRight() {
        filter.end();
        return isRightText(
          filter
            .phrases()
            .map(({ text }) => text)
            .join(' '),
        );
      },
    };
  }
  const evidence = lines.map((line, i) => ({ n: i + 1, title: line.source, range: line, lines: [line] }));
  const filter = createCitationFilter(evidence.length);
  let shown = '';
  return {
    messages: [
      { role: 'system', text: ANSWER_RULES },
      { role: 'user', text: answerPrompt(question, evidence, WORD_BUDGET) },
    ],
    push(delta) {
      shown += filter.push(delta);
      return true;
    },
    isRight() {
      shown += filter.end();
      const isCitedRight = filter
        .citations()
        .some(({ n }) => lines[n - 1]?.text.toLowerCase().includes((expected ?? '').toLowerCase()));
      return isRightText(shown) && (expected === undefined || isCitedRight);
    },
  };
}

/** Number of right answers from which cited answers are better than quotes. */
const MIN_CITED_RIGHT = 9;
/** Number of right answers, and of questions without an answer left unanswered, for a sentence below quotes. */
const MIN_PLAIN_RIGHT = 3;
const MIN_PLAIN_SILENT = 3;

/** Marks the answers of one style, in the order of ANSWER_EXAM. Undefined if the model is not fit for that style. */
export function markAnswers(
  style: AnswerStyle,
  answers: readonly boolean[],
  all = ANSWER_EXAM.length,
): ExamMark {
  const right = answers.filter(Boolean).length;
  const silent = answers.filter((isRight, i) => isRight && ANSWER_EXAM[i]?.expected === undefined).length;
  const told = right - silent;
  const isFit =
    style === 'cited' ? right >= MIN_CITED_RIGHT : told >= MIN_PLAIN_RIGHT && silent >= MIN_PLAIN_SILENT;
  const use =
    style === 'cited'
      ? 'it writes whole answers'
      : 'it is small, so it adds at most two checked sentences to quotes';
  const verdict = isFit ? use : 'too few, so quotes are used';
  return { right, all, summary: `${right} of ${all} answers right: ${verdict}`, isFit, style };
}
