import { InvalidArgumentError } from 'commander';
import type { TokenPrice } from '../evaluation/judging/judge-answers.ts';

/** Parses `--price 0.15,0.6`: dollars for a million tokens in and out. */
export function parsePrice(text: string): TokenPrice {
  const [input, output] = text.split(',').map(Number);
  if (input === undefined || output === undefined || !(input >= 0) || !(output >= 0))
    throw new InvalidArgumentError('Use dollars for a million tokens in and out, such as 0.15,0.6.');
  return { input, output };
}
