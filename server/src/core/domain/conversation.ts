/** One turn of a conversation that came before a question. */
export interface ConversationTurn {
  readonly question: string;
  readonly answer: string;
}

/** Exchanges that are looked back on. */
export const MAX_CONVERSATION_TURNS = 4;
