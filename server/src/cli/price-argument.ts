import { InvalidArgumentError } from 'commander';
import type { TokenPrice } from '../evaluation/judging/judge-answers.ts';

/** Parses `--price 0.15,0.6`: dollars for a million tokens in and out. */
export function parsePrice(text: string): TokenPrice {
  const [input, output] = text.split(',').map(Number);
  if (input === undefined || output === undefined || !(input >= 0) || !(output >= 0))
    throw new InvalidArgumentError('Use dollars for a million tokens in and out, such as 0.15,0.6.');
  return { input, output };
}

/** Parses `--machine-price 2.5`: dollars for an hour. */
export function parseHourPrice(text: string): number {
  const dollars = Number(text);
  if (text.trim() === '' || !(dollars >= 0) || !Number.isFinite(dollars))
    throw new InvalidArgumentError('Use dollars for an hour, such as 2.5.');
  return dollars;
}
