import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './context.ts';

/** Asks a yes/no question on the terminal. An empty line means yes; end of input means no. */
export async function confirm({ input, err, signal }: CommandContext, question: string): Promise<boolean> {
  if (!input) return false;
  const reader = createInterface({ input, output: err });
  const inputEnded = new AbortController();
  reader.once('close', () => inputEnded.abort());
  try {
    const answer = await reader.question(question, { signal: AbortSignal.any([signal, inputEnded.signal]) });
    return /^(?:y(?:es)?)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    if (inputEnded.signal.aborted) return false;
    throw error;
  } finally {
    reader.close();
  }
}
