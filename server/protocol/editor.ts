import type { Tokens } from './base.ts';

/** One message to a language model. `system` stands first, where there is one. */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/**
 * Asked of the client whose `goldfish/ask` is being served, where the setting `models.answerer` is `editor` and the
 * client said in `initialize` that it answers. Text goes back as `$/progress` with an AskDelta on `partialResultToken`.
 */
export interface EditorAnswerParams extends Tokens {
  readonly messages: readonly ModelMessage[];
}

export interface EditorAnswerResult {
  /** The whole text, what was streamed included. */
  readonly text: string;
}
