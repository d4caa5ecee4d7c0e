import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NugetServer {
  /** Address of the service index. */
  readonly index: string;
  /** Paths with the range that was asked for, in order. */
  readonly requests: readonly string[];
  /** What the next requests for the package meet, in order; a connection is cut once the client has taken the bytes. */
  readonly faults: (
    | { readonly status: number }
    | { readonly cutAfter: number; readonly taken: Promise<void> }
  )[];
  close(): Promise<void>;
}

/** A stand-in feed of NuGet packages on loopback that holds one. */
export async function nugetServer(name: string, version: string, bytes: Buffer): Promise<NugetServer> {
  const requests: string[] = [];
  const faults: NugetServer['faults'] = [];
  const id = name.toLowerCase();
  const path = `/flat/${id}/${version}/${id}.${version}.nupkg`;
  const server = createServer((request, response) => {
    const { range } = request.headers;
    requests.push(range ? `${request.url} ${range}` : `${request.url}`);
    if (request.url === '/v3/index.json') {
      const resources = [
        { '@id': `${origin()}/other`, '@type': 'SearchQueryService' },
        { '@id': `${origin()}/flat/`, '@type': 'PackageBaseAddress/3.0.0' },
      ];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ version: '3.0.0', resources }));
      return;
    }
    const fault = request.url === path ? faults.shift() : undefined;
    if (request.url !== path || (fault && 'status' in fault)) {
      response.writeHead(fault && 'status' in fault ? fault.status : 404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(from);
    response.writeHead(range ? 206 : 200, { 'content-length': body.length });
    if (fault) {
      response.write(body.subarray(0, fault.cutAfter));
      void fault.taken.then(() => response.destroy());
    } else response.end(body);
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    index: `${origin()}/v3/index.json`,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
