import { toOptionLetter } from '../../core/generation/option-shares.ts';

/** Returns a question with its options in one line, since Goldfish reads a question as one line. */
export function formatChoiceQuestion(question: string, options: readonly string[]): string {
  const list = options.map((option, i) => `(${toOptionLetter(i)}) ${option.trim()}`).join(' ');
  return `${question.trim()} ${list}`;
}

/** An order of options. `order[i]` is the index in the set of the option shown at place i. */
export type OptionOrder = readonly number[];

/** Returns the order after `turns` rotations: 0 keeps the set's order. */
export function rotateOptions(count: number, turns: number): OptionOrder {
  return Array.from({ length: count }, (_, i) => (i + turns) % count);
}

/** Returns the options in an order. */
export function orderOptions(options: readonly string[], order: OptionOrder): readonly string[] {
  return order.map((index) => options[index] ?? '');
}
