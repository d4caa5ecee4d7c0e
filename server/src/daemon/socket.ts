import { chmod, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { unavailable } from '../rpc/daemon-error.ts';
import { distrustSocket, readEndpoint, socketPath } from './endpoint.ts';

/** False on Windows, where sockets are named pipes. */
export const socketsAreFiles = process.platform !== 'win32';

export interface Listener {
  readonly path: string;
  /** No new clients from now on; sockets that are open stay open. */
  stop(): Promise<void>;
}

/** Listens for clients of the data folder. Only the holder of its lock may: a socket left by a crash is replaced. */
export async function listen(dataDir: string, onSocket: (socket: Socket) => void): Promise<Listener> {
  const path = await socketPath(dataDir);
  if (socketsAreFiles) await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, onSocket);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });
  if (socketsAreFiles) await chmod(path, 0o600);
  return {
    path,
    async stop() {
      // Its callback waits for all clients, which stay: so it is not awaited.
      server.close();
      if (socketsAreFiles) await rm(path, { force: true });
    },
  };
}

export interface Found {
  readonly socket: Socket;
  readonly pid: number;
}

/** A connected socket to the daemon that runs for the data folder; undefined where none answers. */
export async function find(dataDir: string): Promise<Found | undefined> {
  const endpoint = await readEndpoint(dataDir);
  if (endpoint === undefined) return undefined;
  const reason = await distrustSocket(endpoint.socket);
  if (reason !== undefined)
    throw unavailable(`The daemon's socket cannot be trusted: ${reason}.`, 'Remove it and start again.');
  return new Promise((done) => {
    const socket = connectSocket({ path: endpoint.socket, allowHalfOpen: true });
    const gone = () => done(undefined);
    socket.once('error', gone);
    socket.once('connect', () => {
      socket.off('error', gone);
      done({ socket, pid: endpoint.pid });
    });
  });
}
