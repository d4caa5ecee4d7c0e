import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc/node';
import { INVALID_REQUEST } from './errors.ts';
import { createFramer, type FramingError } from './framing.ts';

/** Called for what cannot be taken; `id` is that of the request where it had one. */
export type OnBad = (error: FramingError, id: string | number | null) => void;

/**
 * A MessageReader for peers that are not trusted to speak the protocol. The library's own buffers a message of any
 * length and drops what it cannot parse; here both get an answer, and what reaches the connection is well formed.
 */
export class GuardedReader extends AbstractMessageReader {
  readonly #stream: Readable;
  readonly #onBad: OnBad;

  constructor(stream: Readable, onBad: OnBad) {
    super();
    this.#stream = stream;
    this.#onBad = onBad;
  }

  listen(callback: DataCallback): Disposable {
    const framer = createFramer({
      onMessage: (message) => {
        const bad = fault(message);
        if (bad === undefined) callback(message as Message);
        else this.#onBad({ code: INVALID_REQUEST, message: bad, fatal: false }, idOf(message));
      },
      onError: (error) => this.#onBad(error, null),
    });
    this.#stream.on('data', framer);
    this.#stream.on('error', (error) => this.fireError(error));
    this.#stream.on('close', () => this.fireClose());
    return { dispose: () => this.#stream.off('data', framer) };
  }
}

function idOf(message: unknown): string | number | null {
  const id = isRecord(message) ? message.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** What is wrong with a message as JSON-RPC sees it; undefined where nothing is. */
export function fault(message: unknown): string | undefined {
  if (!isRecord(message)) return 'A message must be an object; batches are not part of LSP.';
  if (message.jsonrpc !== '2.0') return 'The member jsonrpc must be "2.0".';
  const { id, method, params } = message;
  const named = typeof id === 'string' || typeof id === 'number';
  if (method === undefined)
    return (named || id === null) && ('result' in message || 'error' in message)
      ? undefined
      : 'A message must have a method, a result or an error.';
  if (typeof method !== 'string') return 'The member method must be a string.';
  if (id !== undefined && !named) return 'The member id must be a string or a number.';
  if (params !== undefined && (typeof params !== 'object' || params === null))
    return 'The member params must be an object or an array.';
  if (method === '$/cancelRequest' && !isRecord(params)) return '$/cancelRequest must name an id.';
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
