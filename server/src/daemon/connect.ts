import { ErrorCodes } from '../../protocol/errors.ts';
import { type Client, type ClientInfo, openClient } from '../rpc/client.ts';
import { DaemonError } from '../rpc/daemon-error.ts';
import { closeOf, identity, type OpenOptions, openDaemon } from './open.ts';

export type { Client, ClientInfo, RequestOptions } from '../rpc/client.ts';
export { DaemonError } from '../rpc/daemon-error.ts';
export type { OpenOptions } from './open.ts';

/** Finds the daemon of a data folder, or starts it, and opens a session of the build that calls. Undefined: see `start`. */
export async function connect(options: OpenOptions, clientInfo: ClientInfo): Promise<Client | undefined> {
  for (let round = 0; ; round += 1) {
    const socket = await openDaemon(options);
    if (socket === undefined) return undefined;
    try {
      return await openClient(socket, identity, clientInfo);
    } catch (error) {
      if (!isEnding(error) || round === 4) {
        socket.destroy();
        throw error;
      }
      await closeOf(socket);
      options.onEnded?.();
    }
  }
}

/** True where a daemon ends: another can be connected to once it has closed the connection. */
function isEnding(error: unknown): boolean {
  return (
    error instanceof DaemonError &&
    (error.code === ErrorCodes.ending || error.code === ErrorCodes.unavailable)
  );
}
