import { randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Below the ports that operating systems give to outgoing connections, so that a saved port stays free. */
const PORTS = { min: 20_000, max: 30_000 };
const MAX_TRIES = 20;

/** Listens on 127.0.0.1 at the wanted port. Resolves with false if another program has it. */
export function listenOn(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

/** Listens on 127.0.0.1 at a free port, and returns it. */
export async function listenOnFreePort(server: Server): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(PORTS.min, PORTS.max);
    if (await listenOn(server, port)) return port;
  }
  await listenOn(server, 0);
  return (server.address() as AddressInfo).port;
}
