import type { ConversationTurn } from '../core/domain/conversation.ts';
import {
  ANSWER_RULES,
  answerPrompt,
  condensePrompt,
  countEvidenceWords,
  type PromptEvidence,
} from '../core/generation/answer-prompt.ts';
import { createCitationFilter } from '../core/generation/citation-filter.ts';
import type { Answerer, AnswererMessage } from '../ports/answerer.ts';

/** Parts of the evidence that are read at a time. */
export const MAX_PARALLEL_PROMPTS = 3;

/** Items in runs that hold at most `budget` words each; an item that alone holds more has a run of its own. */
export function splitByWordBudget<T>(
  items: readonly T[],
  words: (item: T) => number,
  budget: number,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let wordsLeft = 0;
  for (const item of items) {
    const size = words(item);
    const last = groups.at(-1);
    if (last && size <= wordsLeft) {
      last.push(item);
      wordsLeft -= size;
    } else {
      groups.push([item]);
      wordsLeft = budget - size;
    }
  }
  return groups;
}

const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;

const toMessages = (prompt: string, rules = ANSWER_RULES): readonly AnswererMessage[] => [
  { role: 'system', text: rules },
  { role: 'user', text: prompt },
];

/** Asks the model once and keeps the sentences that cite, with the numbers as they are. */
export async function askForNote(
  model: Answerer,
  messages: readonly AnswererMessage[],
  count: number,
  signal: AbortSignal,
): Promise<string> {
  const citationFilter = createCitationFilter(count, { renumber: false });
  let text = '';
  await model.answer(messages, (delta) => (text += citationFilter.push(delta)), signal);
  return text + citationFilter.end();
}

/** Asks some at a time; where one fails the others are broken off. In the order of the prompts, '' among them. */
export async function askForNotes(
  model: Answerer,
  prompts: readonly string[],
  count: number,
  signal: AbortSignal,
  rules = ANSWER_RULES,
): Promise<readonly string[]> {
  const abortController = new AbortController();
  const combinedSignal = AbortSignal.any([signal, abortController.signal]);
  const results: string[] = [];
  let nextIndex = 0;
  const worker = async () => {
    for (let index = nextIndex; index < prompts.length; index = nextIndex) {
      nextIndex += 1;
      combinedSignal.throwIfAborted();
      results[index] = await askForNote(
        model,
        toMessages(prompts[index] ?? '', rules),
        count,
        combinedSignal,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: MAX_PARALLEL_PROMPTS }, worker));
  } finally {
    abortController.abort();
  }
  return results;
}

/** The messages that ask for an answer from notes, which are condensed until the model's context holds them. */
export async function reduceMessages(
  model: Answerer,
  question: string,
  notes: readonly string[],
  count: number,
  conversation: readonly ConversationTurn[],
  signal: AbortSignal,
): Promise<readonly AnswererMessage[]> {
  let remainingNotes = notes.filter(Boolean);
  // Notes of very long videos are condensed again, as long as that makes fewer of them.
  for (;;) {
    const groups = splitByWordBudget(remainingNotes, countWords, model.words);
    if (groups.length <= 1) break;
    const prompts = groups.map((group) => condensePrompt(question, group));
    const condensedNotes = (await askForNotes(model, prompts, count, signal)).filter(Boolean);
    if (condensedNotes.length >= remainingNotes.length) break;
    remainingNotes = condensedNotes;
  }
  return toMessages(condensePrompt(question, remainingNotes, conversation));
}

/** Does the model's context hold all of it at once? */
export function fitsContext(model: Answerer, evidence: readonly PromptEvidence[]): boolean {
  return splitByWordBudget(evidence, countEvidenceWords, model.words).length <= 1;
}

/**
 * The messages that ask for an answer from any amount of evidence: what does not fit the model's context at once is read
 * part by part into notes that keep their citations, and the notes are what the answer is made from. Where it need not be
 * `whole`, long clips are cut instead.
 */
export async function mapReduceMessages(
  model: Answerer,
  question: string,
  evidence: readonly PromptEvidence[],
  keepAll: boolean,
  conversation: readonly ConversationTurn[],
  signal: AbortSignal,
): Promise<readonly AnswererMessage[]> {
  const parts = keepAll ? splitByWordBudget(evidence, countEvidenceWords, model.words) : [evidence];
  if (parts.length <= 1) return toMessages(answerPrompt(question, evidence, model.words, conversation));
  const prompts = parts.map((part) => answerPrompt(question, part, model.words, conversation));
  const notes = await askForNotes(model, prompts, evidence.length, signal);
  return reduceMessages(model, question, notes, evidence.length, conversation, signal);
}
