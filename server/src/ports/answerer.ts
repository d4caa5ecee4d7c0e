export interface AnswererMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** Writes text from text: an instruct model, here or behind an endpoint. */
export interface Answerer {
  /** The model's id, as shown to a person. */
  readonly name: string;
  /** Words of evidence that its context holds beside question and answer. */
  readonly words: number;
  /**
   * Calls `onDelta` with each piece of text as it comes and resolves with the whole. Rejects with UnavailableError
   * where the model or host cannot serve (also where the stream breaks off), and with the signal's reason.
   */
  answer(
    messages: readonly AnswererMessage[],
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  close(): Promise<void>;
}
