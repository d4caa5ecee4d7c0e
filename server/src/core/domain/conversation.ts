import type { AskExchange } from '../../../protocol/ask.ts';

/** One turn of a conversation that came before a question. */
export type ConversationTurn = AskExchange;

/** Exchanges that are looked back on. */
export const MAX_CONVERSATION_TURNS = 4;
