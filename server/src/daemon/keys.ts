/** Keys for hosts that sessions gave, in memory alone: never written, never logged. */
export interface Keys {
  /** The one given last by a session that is still there; undefined where none is. */
  current(): string | undefined;
  /** Kept until `session` is aborted; undefined takes back what that session gave. */
  give(key: string | undefined, session: AbortSignal): void;
}

export function createKeys(): Keys {
  const given = new Map<AbortSignal, string>();
  return {
    current: () => [...given.values()].at(-1),
    give(key, session) {
      if (!given.delete(session))
        session.addEventListener('abort', () => given.delete(session), { once: true });
      if (key !== undefined && !session.aborted) given.set(session, key);
    },
  };
}
