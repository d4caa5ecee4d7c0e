import { ANSWER_RULES, answerPrompt, condensePrompt, type Evidence, wordsOf } from '../core/answerPrompt.ts';
import { createCitedText } from '../core/citedText.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Answerer, Message } from '../ports/answerer.ts';

/** Parts of the evidence that are read at a time. */
export const AT_ONCE = 3;

/** Items in runs that hold at most `budget` words each; an item that alone holds more has a run of its own. */
export function runs<T>(
  items: readonly T[],
  words: (item: T) => number,
  budget: number,
): readonly (readonly T[])[] {
  const out: T[][] = [];
  let left = 0;
  for (const item of items) {
    const size = words(item);
    const last = out.at(-1);
    if (last && size <= left) {
      last.push(item);
      left -= size;
    } else {
      out.push([item]);
      left = budget - size;
    }
  }
  return out;
}

const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;

const messagesOf = (prompt: string, rules = ANSWER_RULES): readonly Message[] => [
  { role: 'system', text: rules },
  { role: 'user', text: prompt },
];

/** Asks the model once and keeps the sentences that cite, with the numbers as they are. */
export async function note(
  model: Answerer,
  messages: readonly Message[],
  count: number,
  signal: AbortSignal,
): Promise<string> {
  const cited = createCitedText(count, { renumber: false });
  let text = '';
  await model.answer(messages, (delta) => (text += cited.push(delta)), signal);
  return text + cited.end();
}

/** Asks some at a time; where one fails the others are broken off. In the order of the prompts, '' among them. */
export async function notes(
  model: Answerer,
  prompts: readonly string[],
  count: number,
  signal: AbortSignal,
  rules = ANSWER_RULES,
): Promise<readonly string[]> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const out: string[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next; at < prompts.length; at = next) {
      next += 1;
      both.throwIfAborted();
      out[at] = await note(model, messagesOf(prompts[at] ?? '', rules), count, both);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    stop.abort();
  }
  return out;
}

/** The messages that ask for an answer from notes, which are condensed until the model's context holds them. */
export async function messagesFrom(
  model: Answerer,
  question: string,
  taken: readonly string[],
  count: number,
  conversation: readonly Exchange[],
  signal: AbortSignal,
): Promise<readonly Message[]> {
  let found = taken.filter(Boolean);
  // Notes of very long videos are condensed again, as long as that makes fewer of them.
  for (;;) {
    const groups = runs(found, countWords, model.words);
    if (groups.length <= 1) break;
    const prompts = groups.map((group) => condensePrompt(question, group));
    const shorter = (await notes(model, prompts, count, signal)).filter(Boolean);
    if (shorter.length >= found.length) break;
    found = shorter;
  }
  return messagesOf(condensePrompt(question, found, conversation));
}

/** Does the model's context hold all of it at once? */
export function fits(model: Answerer, evidence: readonly Evidence[]): boolean {
  return runs(evidence, wordsOf, model.words).length <= 1;
}

/**
 * The messages that ask for an answer from any amount of evidence: what does not fit the model's context at once is read
 * part by part into notes that keep their citations, and the notes are what the answer is made from. Where it need not be
 * `whole`, long clips are cut instead.
 */
export async function messagesOver(
  model: Answerer,
  question: string,
  evidence: readonly Evidence[],
  whole: boolean,
  conversation: readonly Exchange[],
  signal: AbortSignal,
): Promise<readonly Message[]> {
  const parts = whole ? runs(evidence, wordsOf, model.words) : [evidence];
  if (parts.length <= 1) return messagesOf(answerPrompt(question, evidence, model.words, conversation));
  const first = parts.map((part) => answerPrompt(question, part, model.words, conversation));
  const found = await notes(model, first, evidence.length, signal);
  return messagesFrom(model, question, found, evidence.length, conversation, signal);
}
