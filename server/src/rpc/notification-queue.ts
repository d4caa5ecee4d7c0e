import type { Duplex } from 'node:stream';
import type { MessageConnection } from 'vscode-jsonrpc/node';

/** Notifications that may wait for a client that does not read: beyond, only the newest of a kind is kept for it. */
const MAX_UNREAD = 32;
/** The same for `$/progress`, whose every part counts. */
const MAX_UNREAD_PROGRESS = 10_000;

/** Sends notifications in bounded memory; after the end of the socket it does nothing. */
export function createNotificationQueue(
  socket: Duplex,
  connection: MessageConnection,
): (method: string, params: unknown) => void {
  let unreadCount = 0;
  const latestByMethod = new Map<string, unknown>();

  const notify = (method: string, params: unknown) => {
    if (!socket.writable) return;
    if (unreadCount >= (method === '$/progress' ? MAX_UNREAD_PROGRESS : MAX_UNREAD)) {
      if (method.startsWith('goldfish/')) latestByMethod.set(method, params);
      return;
    }
    unreadCount += 1;
    connection.sendNotification(method, params).then(onSent, onSent);
  };

  const onSent = () => {
    unreadCount -= 1;
    const [next] = latestByMethod;
    if (next === undefined) return;
    latestByMethod.delete(next[0]);
    notify(...next);
  };

  return notify;
}
