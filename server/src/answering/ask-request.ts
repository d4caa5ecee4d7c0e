import type { ConversationTurn } from '../core/domain/conversation.ts';
import type { LineKind } from '../core/domain/description.ts';
import type { Answer, Scope } from '../core/domain/search-result.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import type { Answerer } from '../ports/answerer.ts';

/** A part of a video that an answer is written from. */
export interface AskedRange extends TimeRange {
  readonly uri: Uri;
  /** Only this evidence; absent: all. */
  readonly kinds?: readonly LineKind[] | undefined;
}

/** Describes a question and how to answer it. */
export interface AskRequest {
  readonly question: string;
  /** Number of clips to answer from; -1 means all. */
  readonly k: number;
  readonly scope: Scope;
  /** Looks again at the frames of the clips found. */
  readonly inspect?: boolean;
  /** Answers from these parts of videos instead of searching. */
  readonly ranges?: readonly AskedRange[] | undefined;
  /** Answers to choose from: the answer says how likely each is. */
  readonly options?: readonly string[] | undefined;
  /** Earlier questions and answers, oldest first. */
  readonly conversation?: readonly ConversationTurn[];
  /** Overrides the configured answer model. */
  readonly answerer?: Answerer;
}

/**
 * Answers a question. Each piece of text is streamed to `onDelta`; the Answer contains all of it. Rejects
 * with the signal's reason.
 */
export type AnswerQuestion = (
  request: AskRequest,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
) => Promise<Answer>;

/** Collects streamed text and reports each piece as it arrives. */
export interface TextWriter {
  /** Appends text without a line break. */
  add(text: string): void;
  /** Appends text on a new line. */
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
