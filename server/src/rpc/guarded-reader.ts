import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc/node';
import { createFramer, type FramingError, type RpcMessage } from './framing.ts';

/**
 * A MessageReader for peers that are not trusted to speak the protocol. The library's own buffers a message of any
 * length and drops what it cannot parse; here both get an answer, and what reaches the connection is well formed.
 */
export class GuardedReader extends AbstractMessageReader {
  readonly #stream: Readable;
  readonly #take: (message: RpcMessage) => boolean;
  readonly #onBad: (error: FramingError) => void;

  /** `take` sees each message before the connection does, and keeps it back by returning false. */
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
