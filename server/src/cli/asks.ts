import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';

/** Asks a person on the terminal: an empty line is yes, the end of input is no. */
export async function asks({ input, err, signal }: Context, question: string): Promise<boolean> {
  if (!input) return false;
  const reader = createInterface({ input, output: err });
  const ended = new AbortController();
  reader.once('close', () => ended.abort());
  try {
    const answer = await reader.question(question, { signal: AbortSignal.any([signal, ended.signal]) });
    return /^(?:y(?:es)?)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    if (ended.signal.aborted) return false;
    throw error;
  } finally {
    reader.close();
  }
}
