/** API keys that sessions supplied. They stay in memory and are never written or logged. */
export interface ApiKeys {
  /** Returns the key set last by a session that is still open, or undefined. */
  current(): string | undefined;
  /** Stores a key until `session` is aborted. Undefined removes that session's key. */
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
