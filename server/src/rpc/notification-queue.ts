import type { Duplex } from 'node:stream';
import type { MessageConnection } from 'vscode-jsonrpc/node';

/** Limits unsent notifications to a slow client. Beyond the limit, only the newest of each `goldfish/*` kind is kept. */
const MAX_UNREAD = 32;
/** Limits unsent `$/progress`. The limit is higher because each part counts. */
const MAX_UNREAD_PROGRESS = 10_000;

/** Creates a sender of notifications that uses bounded memory. It does nothing after the socket ends. */
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
