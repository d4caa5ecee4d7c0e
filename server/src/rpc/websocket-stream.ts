import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { createFramer } from './framing.ts';

/**
 * Wraps a WebSocket as the stream of a session. Each text message is one JSON-RPC message. Invalid JSON is passed on
 * unchanged, and the session refuses it.
 */
export function createWebSocketStream(webSocket: WebSocket): Duplex {
  const send = (text: string) =>
    new Promise<void>((resolve, fail) => {
      webSocket.send(text, (error) => (error ? fail(error) : resolve()));
    });
  let lastSend: Promise<unknown> = Promise.resolve();
  const framer = createFramer({
    onMessage: (message) => {
      lastSend = lastSend.then(() => send(JSON.stringify(message)));
    },
    onError: ({ message }) => channel.destroy(new Error(message)),
  });
  const afterSends = (done: (error?: Error | null) => void) =>
    lastSend.then(
      () => done(),
      (error: Error) => done(error),
    );
  const channel = new Duplex({
    read: () => webSocket.resume(),
    write(chunk: Buffer, _encoding, done) {
      framer(chunk);
      void afterSends(done);
    },
    final(done) {
      webSocket.close(1000);
      done();
    },
    destroy(error, done) {
      webSocket.terminate();
      done(error);
    },
  });
  webSocket.on('message', (data: Buffer) => {
    const header = Buffer.from(`Content-Length: ${data.byteLength}\r\n\r\n`, 'latin1');
    if (!channel.push(Buffer.concat([header, data]))) webSocket.pause();
  });
  webSocket.on('error', (error) => channel.destroy(error));
  webSocket.on('close', () => {
    channel.push(null);
    channel.destroy();
  });
  return channel;
}
