import type { Duplex } from 'node:stream';
import { type Access, LOCAL_ACCESS } from './access.ts';
import { createPlayers } from './players.ts';
import type { Services } from './services.ts';
import { type Session, serveSession } from './session.ts';

/** Manages the sessions of all clients of a daemon. */
export interface Sessions {
  /** Serves a client. `access`: what it may do; everything if absent. */
  add(socket: Duplex, access?: Access): void;
  /** Resolves when no request is running. Interrupts running requests after `timeoutMs`. */
  settle(timeoutMs: number, cutOff: AbortController): Promise<void>;
  /** Ends every session and resolves when all are closed. */
  end(): Promise<void>;
}

/** Limits how long the end of a session waits for the client to read the remaining output, in ms. */
const MAX_END_WAIT_MS = 1000;

/** Creates the sessions of a daemon. They share one list of players. */
export function createSessions(options: Omit<Services, 'players'>): Sessions {
  const services: Services = { ...options, players: createPlayers() };
  const openSessions = new Map<Session, Duplex>();
  let count = 0;
  return {
    add(socket, access = LOCAL_ACCESS) {
      count += 1;
      const log = services.log.with({
        client: count,
        ...(access.user !== undefined && { user: access.user }),
      });
      const clientServices =
        access.library === undefined ? services : { ...services, library: access.library };
      const session = serveSession(socket, clientServices, log, access);
      openSessions.set(session, socket);
      void session.closed.then(() => {
        openSessions.delete(session);
        log.debug('client gone');
      });
    },
    async settle(timeoutMs, cutOff) {
      const idle = Promise.all([...openSessions.keys()].map((session) => session.idle()));
      const timer = setTimeout(() => cutOff.abort(new Error('The daemon is shutting down.')), timeoutMs);
      await idle;
      clearTimeout(timer);
    },
    async end() {
      const timer = setTimeout(() => {
        for (const socket of openSessions.values()) socket.destroy();
      }, MAX_END_WAIT_MS);
      for (const session of openSessions.keys()) session.end();
      await Promise.all([...openSessions.keys()].map((session) => session.closed));
      clearTimeout(timer);
    },
  };
}
