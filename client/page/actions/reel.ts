import type { Ms } from '../../../server/protocol/base.ts';
import { createRunAction } from './folders.ts';
import { toScope } from './scope.ts';
import type { Session } from './session.ts';

/** Creates the actions that choose moments for a highlight reel. */
export function createReelActions(session: Session) {
  const { store, request } = session;
  const runAction = createRunAction(session);
  /** Chooses the best moments for the question within a total length. */
  const choose = (lengthMs: Ms) => {
    const { turn, searchScope } = store.get();
    store.set({ reel: { lengthMs } });
    if (turn === undefined) return Promise.resolve(false);
    return runAction(async () => {
      const result = await request('goldfish/reel', {
        query: turn.question,
        lengthMs,
        scope: toScope(searchScope),
      });
      if (store.get().reel.lengthMs === lengthMs) store.set({ reel: { lengthMs, ...result } });
    });
  };
  return {
    choose,
    open() {
      store.set({ dialog: { kind: 'reel' }, notice: undefined });
      void choose(store.get().reel.lengthMs);
    },
  };
}

export type ReelActions = ReturnType<typeof createReelActions>;
