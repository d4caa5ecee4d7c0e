import type { Duplex } from 'node:stream';
import type { Services } from './services.ts';
import { type Session, serve } from './session.ts';

/** All clients of a daemon. */
export interface Sessions {
  add(socket: Duplex): void;
  /** Resolves when no request is being served; after `patienceMs` they are cut off first. */
  settle(patienceMs: number, cutOff: AbortController): Promise<void>;
  /** Ends every session and resolves when all are closed. */
  end(): Promise<void>;
}

/** Longest wait for a client to take what was written to it. */
const END_LIMIT_MS = 1000;

export function createSessions(services: Services): Sessions {
  const open = new Map<Session, Duplex>();
  let count = 0;
  return {
    add(socket) {
      count += 1;
      const log = services.log.with({ client: count });
      const session = serve(socket, services, log);
      open.set(session, socket);
      void session.closed.then(() => {
        open.delete(session);
        log.debug('client gone');
      });
    },
    async settle(patienceMs, cutOff) {
      const idle = Promise.all([...open.keys()].map((session) => session.idle()));
      const timer = setTimeout(() => cutOff.abort(new Error('The daemon is ending.')), patienceMs);
      await idle;
      clearTimeout(timer);
    },
    async end() {
      const timer = setTimeout(() => {
        for (const socket of open.values()) socket.destroy();
      }, END_LIMIT_MS);
      for (const session of open.keys()) session.end();
      await Promise.all([...open.keys()].map((session) => session.closed));
      clearTimeout(timer);
    },
  };
}
