import type { TokenUsage } from '../../ports/answerer.ts';
import { readMember } from './endpoint.ts';

/** Reads the tokens that a host has counted for a chat completion, or for the last chunk of one. */
export function readTokenUsage(reply: unknown): TokenUsage | undefined {
  const usage = readMember(reply, 'usage');
  const [tokensIn, tokensOut] = [readMember(usage, 'prompt_tokens'), readMember(usage, 'completion_tokens')];
  return isCount(tokensIn) && isCount(tokensOut) ? { tokensIn, tokensOut } : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0;
