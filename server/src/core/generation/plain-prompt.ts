import type { Sentence } from '../language/sentence-splitter.ts';
import { sanitisePromptText } from './caption-prompt.ts';

/** The only instruction: small models follow one, and no format. */
export const PLAIN_INSTRUCTION =
  'Answer the question in one short sentence with the words of the transcript.';

/**
 * Returns the prompt for a small model: lines, question, instruction. It asks for no numbers, because small models
 * cannot give them. Speakers are left out: small models take them for who does what is said. Lines beyond the budget of words are left out.
 */
export function plainPrompt(question: string, sentences: readonly Sentence[], budget: number): string {
  const rows: string[] = [];
  let wordsLeft = budget;
  for (const { text } of sentences) {
    const row = sanitisePromptText(text);
    wordsLeft -= row.split(' ').length;
    if (wordsLeft < 0 && rows.length > 0) break;
    rows.push(row);
  }
  const transcript = `Transcript:\n${rows.join('\n')}`;
  return [transcript, `Question: ${sanitisePromptText(question)}`, PLAIN_INSTRUCTION].join('\n\n');
}
