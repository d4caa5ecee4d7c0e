import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageWriter,
  NotificationType,
  NotificationType0,
  ProgressType,
} from 'vscode-jsonrpc/node';
import type { SpentTime } from './spent-time.ts';

/**
 * Parameters, events and result of one call of a child. A message file names a child's calls:
 * `type ReaderCalls = { read: { params: ReadParams; event: never; result: readonly ReadLine[] } }`.
 * All of them must survive a structured clone.
 */
export interface ChildCallTypes {
  readonly params: unknown;
  readonly event: unknown;
  readonly result: unknown;
}

/** Parameters of a JSON-RPC request to a child. The call's events are progress notifications under the token. */
export interface ChildRequest {
  readonly token: number;
  readonly params: unknown;
}

/** An error of a call: its message, and `data` as the child's `detailOf` returned it. */
export interface ChildErrorMessage {
  readonly message: string;
  readonly detail?: unknown;
}

/** The child serves calls from now on. */
export const READY_NOTIFICATION = new NotificationType0('ready');
/** The parent has handled one event of a call; the child may send another. */
export const EVENT_TAKEN = new NotificationType<{ readonly token: number }>('eventTaken');
/** What the child process has used since its start. It says so before it answers a call. */
export const TIME_SPENT = new NotificationType<SpentTime>('timeSpent');
export const CHILD_EVENT = new ProgressType<unknown>();

/** Events of a call that may be unhandled before its child waits. */
export const MAX_EVENTS_IN_FLIGHT = 4;

/** One end of a channel that carries structured clones: the IPC of a process or the port of a worker thread. */
export interface ClonePort {
  /** Throws for a message that cannot be cloned; drops it if the other end is gone. */
  post(message: Message): void;
  listen(onMessage: (message: Message) => void): void;
}

/** Speaks JSON-RPC over a port. Messages stay objects: typed arrays cross as bytes and nothing becomes JSON text. */
export function connectPort(port: ClonePort): MessageConnection {
  return createMessageConnection(new PortReader(port), new PortWriter(port));
}

class PortReader extends AbstractMessageReader {
  readonly #port: ClonePort;
  constructor(port: ClonePort) {
    super();
    this.#port = port;
  }
  listen(callback: DataCallback): Disposable {
    this.#port.listen(callback);
    return { dispose: () => undefined };
  }
}

class PortWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #port: ClonePort;
  constructor(port: ClonePort) {
    super();
    this.#port = port;
  }
  async write(message: Message): Promise<void> {
    this.#port.post(message);
  }
  end(): void {}
}
