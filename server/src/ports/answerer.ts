import type { AnswerStyle } from '../core/models/answer-style.ts';

export interface AnswererMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** Tokens of one request, as the model counts them. */
export interface TokenUsage {
  readonly tokensIn: number;
  readonly tokensOut: number;
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
   * model or host cannot serve (including an interrupted stream), and with the signal's reason. Calls `onUsage`
   * at most once, if the model tells its tokens.
   */
  answer(
    messages: readonly AnswererMessage[],
    onDelta: (delta: string) => void,
    signal: AbortSignal,
    onUsage?: (usage: TokenUsage) => void,
  ): Promise<string>;
  /**
   * Returns the log-probability of each reply as the next one, each a single letter. Absent, or undefined, if the model
   * cannot tell. Rejects like `answer`.
   */
  score?(
    messages: readonly AnswererMessage[],
    replies: readonly string[],
    signal: AbortSignal,
    onUsage?: (usage: TokenUsage) => void,
  ): Promise<readonly number[] | undefined>;
  close(): Promise<void>;
}
