import { randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Below the ports that operating systems give to outgoing connections, so that a saved port stays free. */
const PORTS = { min: 20_000, max: 30_000 };
const MAX_TRIES = 20;

export const LOOPBACK = '127.0.0.1';
/** All IPv4 addresses of this machine. */
export const ALL_ADDRESSES = '0.0.0.0';

/** Listens at the wanted port of an address. Resolves with false if another program has it. */
export function listenOn(server: Server, port: number, host = LOOPBACK): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

/** Listens at a free port of an address, and returns it. */
export async function listenOnFreePort(server: Server, host = LOOPBACK): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(PORTS.min, PORTS.max);
    if (await listenOn(server, port, host)) return port;
  }
  await listenOn(server, 0, host);
  return (server.address() as AddressInfo).port;
}
