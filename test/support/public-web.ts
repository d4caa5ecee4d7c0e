import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address of the public internet. Nothing is sent there: the user's proxy, which is the test's, answers for it. */
export const PUBLIC_ORIGIN = 'http://93.184.216.34';

export interface PublicWeb {
  /** The value of HTTP_PROXY. */
  readonly proxyUrl: string;
  /** Every address that was asked for. */
  readonly requests: readonly string[];
  close(): void;
}

/**
 * Starts a proxy that answers for `PUBLIC_ORIGIN`. `find` returns what is at a path with its query: the bytes of a video,
 * or an address on this machine to pass the request on to.
 */
export async function startPublicWeb(
  find: (path: string) => Buffer | string | undefined,
): Promise<PublicWeb> {
  const requests: string[] = [];
  const server = createServer(({ url = '', method }, response) => {
    requests.push(url);
    const found = url.startsWith(PUBLIC_ORIGIN) ? find(url.slice(PUBLIC_ORIGIN.length)) : undefined;
    if (typeof found === 'string') {
      const onward = request(found, { method, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end();
      return;
    }
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'video/mp4' });
    response.end(method === 'HEAD' ? undefined : found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    proxyUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => server.close().closeAllConnections(),
  };
}
