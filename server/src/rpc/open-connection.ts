import type { Duplex } from 'node:stream';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import type { Log } from '../base/log.ts';
import { INVALID_REQUEST } from './errors.ts';
import type { FramingError, RpcMessage } from './framing.ts';
import { GuardedReader } from './guarded-reader.ts';
import { createPendingRequests, type PendingRequests, ResponseWriter } from './pending-requests.ts';

/** Requests that a client may have running: beyond, no more are read from it until some are answered. */
const MAX_RUNNING_REQUESTS = 256;

/** A JSON-RPC connection over a socket with the requests that it owes answers to. */
export interface OpenConnection {
  readonly connection: MessageConnection;
  readonly pendingRequests: PendingRequests;
}

/** Opens a connection that refuses broken messages and reads no more than the client may have running. */
export function openConnection(socket: Duplex, log: Log): OpenConnection {
  const pendingRequests = createPendingRequests();
  const writer = new ResponseWriter(socket, pendingRequests);
  const refuse = ({ code, message, id, fatal }: FramingError) => {
    log.warn('message refused', { code, message });
    const sentRefusal = writer.refuse({ jsonrpc: '2.0', id, error: { code, message } });
    if (fatal) void sentRefusal.then(() => socket.end());
  };
  const accept = ({ method, id }: RpcMessage) => {
    if (method === undefined || id === undefined || id === null) return true;
    if (pendingRequests.add(id)) {
      if (pendingRequests.count() >= MAX_RUNNING_REQUESTS) pauseReading(socket, pendingRequests);
      return true;
    }
    const message = `The id ${id} is that of a running request.`;
    refuse({ code: INVALID_REQUEST, message, id, fatal: false });
    return false;
  };
  const connection = createMessageConnection(new GuardedReader(socket, accept, refuse), writer, {
    error: (message) => log.warn('rpc', { message }),
    warn: (message) => log.warn('rpc', { message }),
    info: () => undefined,
    log: () => undefined,
  });
  return { connection, pendingRequests };
}

function pauseReading(socket: Duplex, pendingRequests: PendingRequests): void {
  socket.pause();
  void pendingRequests.whenBelow(MAX_RUNNING_REQUESTS).then(() => socket.resume());
}
