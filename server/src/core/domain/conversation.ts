import type { AskExchange } from '../../../protocol/ask.ts';

/** One turn of a conversation that came before a question. */
export type ConversationTurn = AskExchange;

/** Maximum number of earlier turns taken into account. */
export const MAX_CONVERSATION_TURNS = 4;
