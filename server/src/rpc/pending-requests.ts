import type { Duplex } from 'node:stream';
import { Message, type ResponseMessage, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Requests of a session that came and whose answers have not left. */
export interface PendingRequests {
  /** False where an answer under this key is owed already: the connection could not tell the two apart. */
  add(key: string | number | symbol): boolean;
  done(key: string | number | symbol): void;
  count(): number;
  /** Resolves when fewer than `count` are owed. */
  whenBelow(count: number): Promise<void>;
}

export function createPendingRequests(): PendingRequests {
  const pendingKeys = new Set<string | number | symbol>();
  const waiters = new Set<{ readonly count: number; readonly done: () => void }>();
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
        waiter.done();
      }
    },
    count: () => pendingKeys.size,
    async whenBelow(count) {
      if (pendingKeys.size >= count) await new Promise<void>((done) => waiters.add({ count, done }));
    },
  };
}

/** Pays for a request when its answer has left, or cannot any more. */
export class ResponseWriter extends StreamMessageWriter {
  readonly #debt: PendingRequests;

  constructor(socket: Duplex, pendingRequests: PendingRequests) {
    super(socket);
    this.#debt = pendingRequests;
  }

  override async write(message: Message): Promise<void> {
    try {
      await super.write(message);
    } finally {
      if (Message.isResponse(message) && message.id !== null) this.#debt.done(message.id);
    }
  }

  /** Answers a message that never became a request; resolves when it has left, or cannot. */
  async refuse(message: ResponseMessage): Promise<void> {
    const key = Symbol('refusal');
    this.#debt.add(key);
    await super.write(message).catch(() => undefined);
    this.#debt.done(key);
  }
}
