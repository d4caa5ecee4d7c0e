import { ErrorCodes } from '../../protocol/errors.ts';
import { type Client, type ClientInfo, openClient } from '../rpc/client.ts';
import { DaemonError } from '../rpc/daemon-error.ts';
import { type ConnectOptions, findOrStartDaemon, identity, waitForClose } from './find-or-start.ts';

export type { Client, ClientInfo, RequestOptions } from '../rpc/client.ts';
export { DaemonError } from '../rpc/daemon-error.ts';
export type { ConnectOptions } from './find-or-start.ts';

/**
 * Finds or starts the daemon of a data folder and opens a session. Resolves to undefined if `start` is false
 * and no daemon is running.
 */
export async function connect(options: ConnectOptions, clientInfo: ClientInfo): Promise<Client | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = await findOrStartDaemon(options);
    if (socket === undefined) return undefined;
    try {
      return await openClient(socket, options.stops ? { ...identity, stops: true } : identity, clientInfo);
    } catch (error) {
      if (!isDaemonEnding(error) || attempt === 4) {
        socket.destroy();
        throw error;
      }
      await waitForClose(socket);
      options.onEnded?.();
    }
  }
}

/**
 * Returns true if the daemon is shutting down. Another one can be reached once it has closed the connection.
 */
function isDaemonEnding(error: unknown): boolean {
  return (
    error instanceof DaemonError &&
    (error.code === ErrorCodes.ending || error.code === ErrorCodes.unavailable)
  );
}
