import type { AnswerStyle } from '../core/models/answer-style.ts';

export interface AnswererMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** Generates text from text: an instruct model, local or behind an endpoint. */
export interface Answerer {
  /** Model id, as shown to users. */
  readonly name: string;
  /** Number of words of evidence that fit its context besides question and answer. */
  readonly words: number;
  /** The host or editor that gets all texts; absent for a model on this machine. */
  readonly sentTo?: string;
  /** Absent: `cited`. */
  readonly style?: AnswerStyle;
  /**
   * Streams the text to `onDelta` and resolves with all of it. Rejects with ModelUnavailableError if the
   * model or host cannot serve (including an interrupted stream), and with the signal's reason.
   */
  answer(
    messages: readonly AnswererMessage[],
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Returns the log-probability of each reply as the next one, each a single letter. Absent, or undefined, if the model
   * cannot tell. Rejects like `answer`.
   */
  score?(
    messages: readonly AnswererMessage[],
    replies: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[] | undefined>;
  close(): Promise<void>;
}
