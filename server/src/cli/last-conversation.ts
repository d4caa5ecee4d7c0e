import type { AskExchange } from '../../protocol/ask.ts';
import type { Scope } from '../../protocol/base.ts';
import { MAX_CONVERSATION_TURNS } from '../core/domain/conversation.ts';
import { readState, writeState } from './state-file.ts';

/** Describes the conversation that `ask --follow-up` continues. */
export interface Conversation {
  /** The scope of the search. */
  readonly scope?: Scope;
  /** Oldest first. */
  readonly exchanges: readonly AskExchange[];
}

const STATE_FILE = 'last-conversation.json';
/** Limits the characters stored of an answer. Follow-up questions never read more. */
const MAX_ANSWER_CHARS = 10_000;

/** Appends a question and its answer to the conversation in the data folder. */
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

/** Returns the conversation of the last question on the command line, or undefined if none is stored. */
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
