/** One turn of a conversation that came before a question. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

/** Exchanges that are looked back on. */
export const MOST_EXCHANGES = 4;
