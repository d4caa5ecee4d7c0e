import type { Duplex } from 'node:stream';
import type { MessageConnection } from 'vscode-jsonrpc/node';

/** Notifications that may wait for a client that does not read: beyond, only the newest of a kind is kept for it. */
const UNREAD = 32;
/** The same for `$/progress`, whose every part counts. */
const UNREAD_PROGRESS = 10_000;

/** Sends notifications in bounded memory; after the end of the socket it does nothing. */
export function createOutbox(
  socket: Duplex,
  connection: MessageConnection,
): (method: string, params: unknown) => void {
  let unread = 0;
  const late = new Map<string, unknown>();

  const notify = (method: string, params: unknown) => {
    if (!socket.writable) return;
    if (unread >= (method === '$/progress' ? UNREAD_PROGRESS : UNREAD)) {
      if (method.startsWith('goldfish/')) late.set(method, params);
      return;
    }
    unread += 1;
    connection.sendNotification(method, params).then(sent, sent);
  };

  const sent = () => {
    unread -= 1;
    const [next] = late;
    if (next === undefined) return;
    late.delete(next[0]);
    notify(...next);
  };

  return notify;
}
