import type { ConversationTurn } from '../core/domain/conversation.ts';
import type { Answer, Scope } from '../core/domain/search-result.ts';
import type { Answerer } from '../ports/answerer.ts';

/** A question with all that says how to answer it. */
export interface AskRequest {
  readonly question: string;
  /** How many clips to answer from; -1: all. */
  readonly k: number;
  readonly scope: Scope;
  /** Look again at the frames of the clips that were found. */
  readonly inspect?: boolean;
  /** What was asked and answered before, the oldest first. */
  readonly conversation?: readonly ConversationTurn[];
  /** Writes this answer in the place of the model in use. */
  readonly answerer?: Answerer;
}

/**
 * Answers a question; each piece of text goes to `onDelta` as it comes, and the Answer holds all of it. Rejects with the
 * signal's reason.
 */
export type AnswerQuestion = (
  request: AskRequest,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
) => Promise<Answer>;

/** Text that grows piece by piece, each told as it comes. */
export interface TextWriter {
  /** Adds to the text as it stands. */
  add(text: string): void;
  /** Adds a line of its own. */
  addLine(line: string): void;
  text(): string;
}

export function createTextWriter(onDelta: (delta: string) => void): TextWriter {
  let text = '';
  const add = (delta: string) => {
    if (delta === '') return;
    text += delta;
    onDelta(delta);
  };
  return { add, addLine: (line) => add(text === '' ? line : `\n${line}`), text: () => text };
}
