import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc/node';
import { createFramer, type FramingError, type RpcMessage } from './framing.ts';

/**
 * Reads messages from untrusted peers. The library's own reader buffers messages of any length and drops what it
 * cannot parse. This one reports both to `onFramingError`, and passes only well-formed messages to the connection.
 */
export class GuardedReader extends AbstractMessageReader {
  readonly #stream: Readable;
  readonly #take: (message: RpcMessage) => boolean;
  readonly #onBad: (error: FramingError) => void;

  /** Calls `accept` with each message before the connection sees it. A message is dropped if `accept` returns false. */
  constructor(
    stream: Readable,
    accept: (message: RpcMessage) => boolean,
    onFramingError: (error: FramingError) => void,
  ) {
    super();
    this.#stream = stream;
    this.#take = accept;
    this.#onBad = onFramingError;
  }

  listen(callback: DataCallback): Disposable {
    const framer = createFramer({
      onMessage: (message) => {
        if (this.#take(message)) callback(message as Message);
      },
      onError: this.#onBad,
    });
    this.#stream.on('data', framer);
    this.#stream.on('error', (error) => this.fireError(error));
    this.#stream.on('close', () => this.fireClose());
    return { dispose: () => this.#stream.off('data', framer) };
  }
}
