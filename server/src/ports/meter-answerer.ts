import type { AskUsage } from '../core/domain/search-result.ts';
import type { Answerer, TokenUsage } from './answerer.ts';

/** An answerer whose calls are counted. */
export interface MeteredAnswerer {
  readonly answerer: Answerer;
  /** Returns what was used so far; undefined before the first call. */
  usage(): AskUsage | undefined;
}

/** Counts the calls of an answerer, and their tokens where the model tells them. */
export function meterAnswerer(answerer: Answerer): MeteredAnswerer {
  const total = { calls: 0, tokensIn: 0, tokensOut: 0, untold: 0 };
  const startCall = (onUsage: ((usage: TokenUsage) => void) | undefined) => {
    total.calls += 1;
    total.untold += 1;
    let isTold = false;
    return (usage: TokenUsage) => {
      if (!isTold) total.untold -= 1;
      isTold = true;
      total.tokensIn += usage.tokensIn;
      total.tokensOut += usage.tokensOut;
      onUsage?.(usage);
    };
  };
  return {
    answerer: {
      ...answerer,
      answer: (messages, onDelta, signal, onUsage) =>
        answerer.answer(messages, onDelta, signal, startCall(onUsage)),
      ...(answerer.score && {
        score: (messages, replies, signal, onUsage) =>
          answerer.score?.(messages, replies, signal, startCall(onUsage)) ?? Promise.resolve(undefined),
      }),
    },
    usage() {
      if (total.calls === 0) return undefined;
      const { untold, ...told } = total;
      return untold === 0 ? told : { ...told, untold };
    },
  };
}
