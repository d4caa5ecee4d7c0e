/** Returns the letter of an option: 0 -> A. */
export const toOptionLetter = (index: number): string => String.fromCharCode(65 + index);

/** Adds to the last message that the reply is the letter of one of `count` options. */
export function withInstruction<T extends { readonly text: string }>(
  messages: readonly T[],
  count: number,
): readonly T[] {
  const letters = Array.from({ length: count }, (_, i) => toOptionLetter(i));
  const instruction = `Reply with one letter and nothing else: ${letters.join(', ')}.`;
  return messages.map((message, i) =>
    i === messages.length - 1 ? { ...message, text: `${message.text}\n\n${instruction}` } : message,
  );
}

/** Turns log-probabilities into shares that add up to 1. Undefined if none is finite, or if all are equal. */
export function toShares(logProbabilities: readonly number[]): readonly number[] | undefined {
  const highest = Math.max(...logProbabilities);
  if (!Number.isFinite(highest) || logProbabilities.every((value) => value === highest)) return undefined;
  const weights = logProbabilities.map((value) => Math.exp(value - highest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
