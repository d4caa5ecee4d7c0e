import type { IncomingMessage } from 'node:http';

/** Reports a body that is too long or does not arrive. */
export class BodyError extends Error {
  readonly status: 408 | 413;
  constructor(status: BodyError['status'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.status = status;
  }
}

/** Reads a body as text. Rejects with BodyError beyond `maxBytes`, or if it is not complete after `timeoutMs`. */
export function readBody(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      request.removeListener('data', onData);
      settle();
    };
    const fail = (error: Error) => end(() => reject(error));
    const timer = setTimeout(
      () => fail(new BodyError(408, 'The request did not arrive in time.')),
      timeoutMs,
    );
    const onData = (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxBytes) fail(new BodyError(413, `The request is longer than ${maxBytes} bytes.`));
      else parts.push(part);
    };
    request.on('data', onData);
    request.once('error', fail);
    request.once('close', () => fail(new BodyError(408, 'The request ended early.')));
    request.once('end', () => end(() => resolve(Buffer.concat(parts).toString('utf8'))));
    if (Number(request.headers['content-length'] ?? 0) > maxBytes)
      fail(new BodyError(413, `The request is longer than ${maxBytes} bytes.`));
  });
}
