import type { Duplex } from 'node:stream';
import { Message, type ResponseMessage, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Tracks the requests of a session that have not been answered yet. */
export interface PendingRequests {
  /** Adds a request. Returns false if one with this key is pending: the connection could not tell the answers apart. */
  add(key: string | number | symbol): boolean;
  done(key: string | number | symbol): void;
  count(): number;
  /** Resolves when fewer than `count` requests are pending. */
  whenBelow(count: number): Promise<void>;
}

export function createPendingRequests(): PendingRequests {
  const pendingKeys = new Set<string | number | symbol>();
  const waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();
  return {
    add(key) {
      if (pendingKeys.has(key)) return false;
      pendingKeys.add(key);
      return true;
    },
    done(key) {
      pendingKeys.delete(key);
      for (const waiter of waiters) {
        if (pendingKeys.size >= waiter.count) continue;
        waiters.delete(waiter);
        waiter.resolve();
      }
    },
    count: () => pendingKeys.size,
    async whenBelow(count) {
      if (pendingKeys.size >= count)
        await new Promise<void>((resolve) => waiters.add({ count, resolve: resolve }));
    },
  };
}

/** Marks a request as done when its answer has been sent, or cannot be sent. */
export class ResponseWriter extends StreamMessageWriter {
  readonly #pendingRequests: PendingRequests;

  constructor(socket: Duplex, pendingRequests: PendingRequests) {
    super(socket);
    this.#pendingRequests = pendingRequests;
  }

  override async write(message: Message): Promise<void> {
    try {
      await super.write(message);
    } finally {
      if (Message.isResponse(message) && message.id !== null) this.#pendingRequests.done(message.id);
    }
  }

  /** Answers an invalid message. Resolves when the answer has been sent, or cannot be sent. */
  async refuse(message: ResponseMessage): Promise<void> {
    const key = Symbol('refusal');
    this.#pendingRequests.add(key);
    await super.write(message).catch(() => undefined);
    this.#pendingRequests.done(key);
  }
}
