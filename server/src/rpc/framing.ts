/** Implements LSP's base protocol: a header with Content-Length, an empty line, then that many bytes of JSON. */

/** Limits the size of a message: 16 MiB. Larger ones are refused. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;

/** Describes a well-formed request, notification or response. The contents of its members are not checked. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>> | readonly unknown[] | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface FramingError {
  /** JSON-RPC's -32700 (invalid JSON) or -32600 (invalid or oversized message). */
  readonly code: -32700 | -32600;
  readonly message: string;
  /** The id of the request, or null if it has none. */
  readonly id: string | number | null;
  /** True if the start of the next message in the stream cannot be found. */
  readonly fatal: boolean;
}

export interface FramingEvents {
  onMessage(message: RpcMessage): void;
  onError(error: FramingError): void;
}

/**
 * Returns a function that accepts the chunks of a stream. Memory use is at most one message of `limit` bytes: an
 * oversized message is skipped as it arrives, whatever length its header claims. After a fatal error all input is
 * ignored.
 */
export function createFramer(events: FramingEvents, limit = MAX_MESSAGE_BYTES): (chunk: Uint8Array) => void {
  let header: Buffer = Buffer.alloc(0);
  let body: Buffer[] = [];
  let bytesMissing = -1;
  let isSkipping = false;
  let hasFailed = false;

  const fail = (message: string) => {
    hasFailed = true;
    header = Buffer.alloc(0);
    events.onError({ code: -32600, message, id: null, fatal: true });
  };

  const readHeader = (chunk: Buffer): Buffer => {
    header = header.length === 0 ? chunk : Buffer.concat([header, chunk]);
    header = header.subarray(countBlankBytes(header));
    const [end, bodyStart] = findHeaderEnd(header);
    if (end < 0 || end > MAX_HEADER_BYTES) {
      if (header.length > MAX_HEADER_BYTES) fail(`The header is longer than ${MAX_HEADER_BYTES} bytes.`);
      return Buffer.alloc(0);
    }
    const text = header.toString('latin1', 0, end);
    const remainder = header.subarray(bodyStart);
    header = Buffer.alloc(0);
    const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(text)?.[1];
    if (length === undefined) {
      fail('The header has no Content-Length.');
      return Buffer.alloc(0);
    }
    bytesMissing = Number(length);
    if (bytesMissing > 16 * limit) {
      fail(`The message of ${bytesMissing} bytes is far over the limit of ${limit} bytes.`);
      return Buffer.alloc(0);
    }
    isSkipping = bytesMissing > limit;
    if (isSkipping)
      events.onError({
        code: -32600,
        message: `The message of ${bytesMissing} bytes is over the limit of ${limit} bytes.`,
        id: null,
        fatal: false,
      });
    return remainder;
  };

  const finish = () => {
    bytesMissing = -1;
    const text = body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body);
    body = [];
    if (isSkipping) return;
    let message: unknown;
    try {
      message = JSON.parse(text.toString('utf8'));
    } catch (error) {
      events.onError({
        code: -32700,
        message: `Invalid JSON: ${(error as Error).message}`,
        id: null,
        fatal: false,
      });
      return;
    }
    const faultText = findFault(message);
    if (faultText === undefined) events.onMessage(message as RpcMessage);
    else events.onError({ code: -32600, message: faultText, id: idOf(message), fatal: false });
  };

  return (data) => {
    let chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    while (!hasFailed && (chunk.length > 0 || bytesMissing === 0)) {
      if (bytesMissing < 0) {
        chunk = readHeader(chunk);
        continue;
      }
      const bodyPart = chunk.subarray(0, bytesMissing);
      if (!isSkipping) body.push(bodyPart);
      bytesMissing -= bodyPart.length;
      chunk = chunk.subarray(bodyPart.length);
      if (bytesMissing === 0) finish();
    }
  };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Counts the line ends before a header. Some clients end a message with one. */
function countBlankBytes(bytes: Buffer): number {
  const start = bytes.findIndex((byte) => byte !== LINE_FEED && byte !== CARRIAGE_RETURN);
  return start < 0 ? bytes.length : start;
}

/**
 * Returns where a header ends and where the body starts, or -1. Lines end in CRLF; as other servers do, also LF alone is
 * accepted.
 */
function findHeaderEnd(bytes: Buffer): readonly [end: number, bodyStart: number] {
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, end + 1)) {
    const next = bytes[end + 1] === CARRIAGE_RETURN ? end + 2 : end + 1;
    if (bytes[next] === LINE_FEED) return [end, next + 1];
  }
  return [-1, -1];
}

/** Encodes one message with its header. */
export function encodeMessage(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}

function idOf(message: unknown): string | number | null {
  const id = isRecord(message) ? message.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** Returns the first violation of JSON-RPC in a message, or undefined if it is valid. */
function findFault(message: unknown): string | undefined {
  if (!isRecord(message)) return 'A message must be an object; batches are not part of LSP.';
  if (message.jsonrpc !== '2.0') return 'The member jsonrpc must be "2.0".';
  const { id, method, params } = message;
  const hasId = typeof id === 'string' || typeof id === 'number';
  if (method === undefined)
    return (hasId || id === null) && ('result' in message || 'error' in message)
      ? undefined
      : 'A message must have a method, a result or an error.';
  if (typeof method !== 'string') return 'The member method must be a string.';
  if (id !== undefined && !hasId) return 'The member id must be a string or a number.';
  // Eglot sends null for missing parameters.
  if (params !== undefined && typeof params !== 'object')
    return 'The member params must be an object or an array.';
  if (method === '$/cancelRequest' && !isRecord(params)) return '$/cancelRequest must name an id.';
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
