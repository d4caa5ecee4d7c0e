/** Keys for hosts that sessions gave, in memory alone: never written, never logged. */
export interface ApiKeys {
  /** The one given last by a session that is still there; undefined where none is. */
  current(): string | undefined;
  /** Kept until `session` is aborted; undefined takes back what that session gave. */
  setForSession(key: string | undefined, session: AbortSignal): void;
}

export function createApiKeys(): ApiKeys {
  const keysBySession = new Map<AbortSignal, string>();
  return {
    current: () => [...keysBySession.values()].at(-1),
    setForSession(key, session) {
      if (!keysBySession.delete(session))
        session.addEventListener('abort', () => keysBySession.delete(session), { once: true });
      if (key !== undefined && !session.aborted) keysBySession.set(session, key);
    },
  };
}
