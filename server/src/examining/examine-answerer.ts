import { ANSWER_EXAM, createAnswerTask, markAnswers } from '../core/exams/answer-exam.ts';
import type { ExamMark } from '../core/exams/exam-result.ts';
import type { AnswerStyle } from '../core/models/answer-style.ts';
import type { Answerer } from '../ports/answerer.ts';

/** Thrown into the model's call when it has written enough. */
class EnoughTextError extends Error {}

/** Asks all questions in one style. What is not answered when the time is over counts as wrong. */
async function askAll(
  answerer: Answerer,
  style: AnswerStyle,
  deadline: AbortSignal,
  signal: AbortSignal,
): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const question of ANSWER_EXAM) {
    if (deadline.aborted) break;
    const task = createAnswerTask(question, style);
    const stop = new AbortController();
    const onDelta = (delta: string) => {
      if (!task.push(delta)) stop.abort(new EnoughTextError());
    };
    try {
      await answerer.answer(task.messages, onDelta, AbortSignal.any([signal, deadline, stop.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted) break;
      if (!(error instanceof EnoughTextError)) throw error;
    }
    answers.push(task.isRight());
  }
  return answers;
}

/** Time for all questions in one style, ms. */
const TIME_LIMIT_MS = 60_000;

function describeSlowness({ right, all }: ExamMark): string {
  const seconds = TIME_LIMIT_MS / 1000;
  return `${right} of ${all} answers right in ${seconds} s: too slow, so quotes are used; repeat "goldfish models exam" when the computer is idle`;
}

/**
 * Asks an answerer twelve questions over made-up transcripts, four of which have no answer. A model that cannot keep to
 * cited answers is asked plainly. Rejects with ModelUnavailableError and with the signal's reason.
 */
export async function examineAnswerer(answerer: Answerer, signal: AbortSignal): Promise<ExamMark> {
  const styles: readonly AnswerStyle[] = answerer.style === 'plain' ? ['plain'] : ['cited', 'plain'];
  let mark: ExamMark | undefined;
  for (const style of styles) {
    const deadline = AbortSignal.timeout(TIME_LIMIT_MS);
    const answers = await askAll(answerer, style, deadline, signal);
    mark = markAnswers(style, answers);
    if (deadline.aborted && !mark.isFit) mark = { ...mark, summary: describeSlowness(mark) };
    if (mark.isFit) return mark;
  }
  if (!mark) throw new Error('no style was tried');
  return mark;
}
