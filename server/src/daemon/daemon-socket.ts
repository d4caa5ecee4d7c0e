import { chmod, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { daemonUnavailable } from '../rpc/daemon-error.ts';
import { findSocketProblem, readEndpoint, socketPath } from './endpoint.ts';

/** False on Windows, where sockets are named pipes. */
export const SOCKETS_ARE_FILES = process.platform !== 'win32';

export interface SocketListener {
  readonly path: string;
  /** Stops accepting clients. Open sockets stay open. */
  stop(): Promise<void>;
}

/**
 * Listens for clients of the data folder and replaces a socket left by a crash. The caller must hold the
 * folder's lock.
 */
export async function listenForClients(
  dataDir: string,
  onSocket: (socket: Socket) => void,
): Promise<SocketListener> {
  const path = await socketPath(dataDir);
  if (SOCKETS_ARE_FILES) await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, onSocket);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (SOCKETS_ARE_FILES) await chmod(path, 0o600);
  return {
    path,
    async stop() {
      // Not awaited: the callback of close() waits for all clients, and those stay connected.
      server.close();
      if (SOCKETS_ARE_FILES) await rm(path, { force: true });
    },
  };
}

export interface RunningDaemon {
  readonly socket: Socket;
  readonly pid: number;
}

/** Connects to the daemon running for the data folder. Resolves to undefined if none answers. */
export async function findRunningDaemon(dataDir: string): Promise<RunningDaemon | undefined> {
  const endpoint = await readEndpoint(dataDir);
  if (endpoint === undefined) return undefined;
  const reason = await findSocketProblem(endpoint.socket);
  if (reason !== undefined)
    throw daemonUnavailable(
      `The daemon's socket cannot be trusted: ${reason}.`,
      'Remove it, then try again.',
    );
  return new Promise((resolve) => {
    const socket = connectSocket({ path: endpoint.socket, allowHalfOpen: true });
    const onError = () => resolve(undefined);
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve({ socket, pid: endpoint.pid });
    });
  });
}
