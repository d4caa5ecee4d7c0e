/** One earlier question of a conversation and its answer. */
export interface ConversationTurn {
  readonly question: string;
  readonly answer: string;
}

/** Maximum number of earlier turns taken into account. */
export const MAX_CONVERSATION_TURNS = 4;
