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

/** Maximum number of prompts sent to the model at the same time. */
export const MAX_PARALLEL_PROMPTS = 3;

/**
 * Splits items into consecutive groups of at most `budget` words. An item over the budget gets its own group.
 */
export function splitByWordBudget<T>(
  items: readonly T[],
  words: (item: T) => number,
  budget: number,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let wordsLeft = 0;
  for (const item of items) {
    const size = words(item);
    const lastGroup = groups.at(-1);
    if (lastGroup && size <= wordsLeft) {
      lastGroup.push(item);
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

/** Asks the model once. Returns only the sentences with citations; their numbers are unchanged. */
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

/**
 * Asks several prompts in parallel. If one fails, the others are cancelled. Returns the notes in the order of
 * the prompts; a note may be ''.
 */
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

/**
 * Returns the messages that ask for an answer from notes. Notes are condensed until they fit the model's
 * context.
 */
export async function reduceMessages(
  model: Answerer,
  question: string,
  notes: readonly string[],
  count: number,
  conversation: readonly ConversationTurn[],
  signal: AbortSignal,
): Promise<readonly AnswererMessage[]> {
  let remainingNotes = notes.filter(Boolean);
  // Condenses the notes of very long videos again, as long as that reduces their number.
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

/** Returns whether the evidence fits the model's context at once. */
export function fitsContext(model: Answerer, evidence: readonly PromptEvidence[]): boolean {
  return splitByWordBudget(evidence, countEvidenceWords, model.words).length <= 1;
}

/**
 * Returns the messages that ask for an answer from any amount of evidence. Evidence beyond the model's
 * context is condensed part by part into notes that keep their citations. Without `keepAll`, long clips are
 * cut instead.
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
