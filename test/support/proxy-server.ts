import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface ProxyServer {
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  /** Hosts that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** An HTTP proxy on loopback that leads whatever host is asked for to one origin. */
export async function proxyServer(origin: string): Promise<ProxyServer> {
  const asked: string[] = [];
  const { hostname, port } = new URL(origin);
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '', origin);
    asked.push(url.host);
    const { method, headers } = incoming;
    const onward = request(
      { hostname, port, method, headers, path: `${url.pathname}${url.search}` },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '');
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) each.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
