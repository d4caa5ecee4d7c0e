import type { AskExchange } from '../../protocol/ask.ts';
import type { Scope } from '../../protocol/base.ts';
import { MAX_CONVERSATION_TURNS } from '../core/domain/conversation.ts';
import { readState, writeState } from './state-file.ts';

/** What `ask --follow-up` goes on from. */
export interface Conversation {
  /** Where was looked. */
  readonly scope?: Scope;
  /** The oldest first. */
  readonly exchanges: readonly AskExchange[];
}

const STATE_FILE = 'last-conversation.json';
/** Characters kept of an answer; no more of it is read to understand what follows. */
const MAX_ANSWER_CHARS = 10_000;

/** Keeps a question and its answer in the data folder, behind those that it follows. */
export function rememberExchange(
  dataDir: string,
  { question, answer }: AskExchange,
  { scope, exchanges }: Conversation = { exchanges: [] },
): void {
  const exchange = { question, answer: answer.slice(0, MAX_ANSWER_CHARS).toWellFormed() };
  writeState(dataDir, STATE_FILE, {
    scope,
    exchanges: [...exchanges, exchange].slice(-MAX_CONVERSATION_TURNS),
  });
}

/** The conversation that the last question asked from the command line ended; undefined where there is none. */
export function rememberedConversation(dataDir: string): Conversation | undefined {
  const conversation = readState(dataDir, STATE_FILE);
  return isConversation(conversation) ? conversation : undefined;
}

function isConversation(value: unknown): value is Conversation {
  if (typeof value !== 'object' || value === null) return false;
  const { scope, exchanges } = value as Partial<Record<keyof Conversation, unknown>>;
  return (
    (scope === undefined || (typeof scope === 'object' && scope !== null)) &&
    Array.isArray(exchanges) &&
    exchanges.length > 0 &&
    exchanges.every(isExchange)
  );
}

function isExchange(value: unknown): value is AskExchange {
  if (typeof value !== 'object' || value === null) return false;
  const { question, answer } = value as Partial<Record<keyof AskExchange, unknown>>;
  return typeof question === 'string' && typeof answer === 'string';
}
