import type { Duplex } from 'node:stream';
import { Message, type ResponseMessage, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Requests of a session that came and whose answers have not left. */
export interface Debt {
  /** False where an answer under this key is owed already: the connection could not tell the two apart. */
  owe(key: string | number | symbol): boolean;
  pay(key: string | number | symbol): void;
  owed(): number;
  /** Resolves when fewer than `count` are owed. */
  below(count: number): Promise<void>;
}

export function createDebt(): Debt {
  const owed = new Set<string | number | symbol>();
  const waiting = new Set<{ readonly count: number; readonly done: () => void }>();
  return {
    owe(key) {
      if (owed.has(key)) return false;
      owed.add(key);
      return true;
    },
    pay(key) {
      owed.delete(key);
      for (const each of waiting) {
        if (owed.size >= each.count) continue;
        waiting.delete(each);
        each.done();
      }
    },
    owed: () => owed.size,
    async below(count) {
      if (owed.size >= count) await new Promise<void>((done) => waiting.add({ count, done }));
    },
  };
}

/** Pays for a request when its answer has left, or cannot any more. */
export class AnswerWriter extends StreamMessageWriter {
  readonly #debt: Debt;

  constructor(socket: Duplex, debt: Debt) {
    super(socket);
    this.#debt = debt;
  }

  override async write(message: Message): Promise<void> {
    try {
      await super.write(message);
    } finally {
      if (Message.isResponse(message) && message.id !== null) this.#debt.pay(message.id);
    }
  }

  /** Answers a message that never became a request; resolves when it has left, or cannot. */
  async refuse(message: ResponseMessage): Promise<void> {
    const key = Symbol('refusal');
    this.#debt.owe(key);
    await super.write(message).catch(() => undefined);
    this.#debt.pay(key);
  }
}
