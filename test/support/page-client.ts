import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { IndependentClient } from './independent-client.ts';

/**
 * A session over the page's WebSocket, as the browser opens it; `url` is the page's address. `options`: further headers,
 * and a certificate to trust.
 */
export async function connectPage(
  url: string,
  options: Pick<ClientOptions, 'headers' | 'ca'> = {},
): Promise<IndependentClient> {
  const { protocol, host, pathname, origin } = new URL(url);
  const socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${pathname}rpc`, {
    origin,
    ...options,
  });
  await once(socket, 'open');
  const input = new PassThrough();
  // The client frames its messages for a stream; here each goes as one message of its own, without a header.
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      socket.send(chunk.subarray(chunk.indexOf('\r\n\r\n') + 4).toString('utf8'), done);
    },
  });
  socket.on('message', (data: Buffer) => {
    input.write(Buffer.concat([Buffer.from(`Content-Length: ${data.byteLength}\r\n\r\n`), data]));
  });
  socket.on('close', () => input.destroy());
  socket.on('error', () => input.destroy());
  return new IndependentClient(input, out, () => socket.close());
}
