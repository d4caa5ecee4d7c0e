/** LSP's base protocol: a header with Content-Length, an empty line, then that many bytes of JSON. */

/** Greater messages are refused: 16 MiB. */
export const MESSAGE_LIMIT = 16 * 1024 * 1024;
const HEADER_LIMIT = 8 * 1024;

/** A well-formed request, notification or response; what its members hold is not checked. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>> | readonly unknown[] | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface FramingError {
  /** JSON-RPC's -32700 (no JSON) or -32600 (no message that can be taken). */
  readonly code: -32700 | -32600;
  readonly message: string;
  /** The request's, where it had one. */
  readonly id: string | number | null;
  /** The next message cannot be found in the stream any more. */
  readonly fatal: boolean;
}

export interface FramingEvents {
  onMessage(message: RpcMessage): void;
  onError(error: FramingError): void;
}

/**
 * Returns what takes the stream's chunks. Memory held is at most one message of `limit` bytes: an oversized one is
 * skipped as it arrives, whatever length its header claims. After a fatal error everything is ignored.
 */
export function createFramer(events: FramingEvents, limit = MESSAGE_LIMIT): (chunk: Uint8Array) => void {
  let header: Buffer = Buffer.alloc(0);
  let body: Buffer[] = [];
  let missing = -1;
  let skipping = false;
  let dead = false;

  const fail = (message: string) => {
    dead = true;
    header = Buffer.alloc(0);
    events.onError({ code: -32600, message, id: null, fatal: true });
  };

  const readHeader = (chunk: Buffer): Buffer => {
    header = header.length === 0 ? chunk : Buffer.concat([header, chunk]);
    const end = header.indexOf('\r\n\r\n');
    if (end < 0 || end > HEADER_LIMIT) {
      if (header.length > HEADER_LIMIT) fail(`The header is longer than ${HEADER_LIMIT} bytes.`);
      return Buffer.alloc(0);
    }
    const text = header.toString('latin1', 0, end);
    const rest = header.subarray(end + 4);
    header = Buffer.alloc(0);
    const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(text)?.[1];
    if (length === undefined) {
      fail('The header has no Content-Length.');
      return Buffer.alloc(0);
    }
    missing = Number(length);
    if (missing > 16 * limit) {
      fail(`A message of ${missing} bytes is far over the limit of ${limit}.`);
      return Buffer.alloc(0);
    }
    skipping = missing > limit;
    if (skipping)
      events.onError({
        code: -32600,
        message: `A message of ${missing} bytes is over the limit of ${limit}.`,
        id: null,
        fatal: false,
      });
    return rest;
  };

  const finish = () => {
    missing = -1;
    const text = body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
    body = [];
    if (skipping) return;
    let message: unknown;
    try {
      message = JSON.parse(text.toString('utf8'));
    } catch (error) {
      events.onError({
        code: -32700,
        message: `Not JSON: ${(error as Error).message}`,
        id: null,
        fatal: false,
      });
      return;
    }
    const wrong = fault(message);
    if (wrong === undefined) events.onMessage(message as RpcMessage);
    else events.onError({ code: -32600, message: wrong, id: idOf(message), fatal: false });
  };

  return (data) => {
    let chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    while (!dead && (chunk.length > 0 || missing === 0)) {
      if (missing < 0) {
        chunk = readHeader(chunk);
        continue;
      }
      const part = chunk.subarray(0, missing);
      if (!skipping) body.push(part);
      missing -= part.length;
      chunk = chunk.subarray(part.length);
      if (missing === 0) finish();
    }
  };
}

/** The bytes of one message. */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

function idOf(message: unknown): string | number | null {
  const id = isRecord(message) ? message.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** What is wrong with a message as JSON-RPC sees it; undefined where nothing is. */
function fault(message: unknown): string | undefined {
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
  // Eglot says null where it has no parameters.
  if (params !== undefined && typeof params !== 'object')
    return 'The member params must be an object or an array.';
  if (method === '$/cancelRequest' && !isRecord(params)) return '$/cancelRequest must name an id.';
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
