import { ANSWER_RULES, answerPrompt, condensePrompt, type Evidence, wordsOf } from '../core/answerPrompt.ts';
import { createCitedText } from '../core/citedText.ts';
import type { Answerer } from '../ports/answerer.ts';

/** Parts of the evidence that are read at a time. */
const AT_ONCE = 3;

/** Items in runs that hold at most `budget` words each; an item that alone holds more has a run of its own. */
function runs<T>(items: readonly T[], words: (item: T) => number, budget: number): readonly (readonly T[])[] {
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

/** Asks the model once and keeps the sentences that cite, with the numbers as they are. */
async function note(model: Answerer, prompt: string, count: number, signal: AbortSignal): Promise<string> {
  const cited = createCitedText(count, { renumber: false });
  let text = '';
  const messages = [
    { role: 'system', text: ANSWER_RULES },
    { role: 'user', text: prompt },
  ] as const;
  await model.answer(messages, (delta) => (text += cited.push(delta)), signal);
  return text + cited.end();
}

async function notes(
  model: Answerer,
  prompts: readonly string[],
  count: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const out: string[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next; at < prompts.length; at = next) {
      next += 1;
      out[at] = await note(model, prompts[at] ?? '', count, both);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    stop.abort();
  }
  return out.filter(Boolean);
}

/**
 * The messages that ask for an answer from any amount of evidence: what does not fit the model's context at once is read
 * part by part into notes that keep their citations, and the notes are what the answer is made from.
 */
export async function messagesOver(
  model: Answerer,
  question: string,
  evidence: readonly Evidence[],
  whole: boolean,
  signal: AbortSignal,
): Promise<Parameters<Answerer['answer']>[0]> {
  const parts = whole ? runs(evidence, wordsOf, model.words) : [evidence];
  const system = { role: 'system', text: ANSWER_RULES } as const;
  if (parts.length <= 1) {
    return [system, { role: 'user', text: answerPrompt(question, evidence, model.words) }];
  }
  const first = parts.map((part) => answerPrompt(question, part, model.words));
  let found = await notes(model, first, evidence.length, signal);
  // Notes of very long videos are condensed again, as long as that makes fewer of them.
  for (;;) {
    const groups = runs(found, countWords, model.words);
    if (groups.length <= 1) break;
    const shorter = await notes(
      model,
      groups.map((group) => condensePrompt(question, group)),
      evidence.length,
      signal,
    );
    if (shorter.length >= found.length) break;
    found = shorter;
  }
  return [system, { role: 'user', text: condensePrompt(question, found) }];
}
