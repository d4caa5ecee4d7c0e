import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createProbe } from 'node:net';
import { createInterface } from 'node:readline';
import { AwsClient } from 'aws4fetch';
import { openObjectStorage } from '../../server/src/adapters/object-storage/open-object-storage.ts';
import { parseIndexLocation } from '../../server/src/core/domain/index-location.ts';
import { startRadosgw } from './radosgw.ts';
import { type S3Server, toOptions } from './s3-server.ts';
import { endWithTests } from './started.ts';

const BUCKET = 'goldfish-test';

async function findFreePort(): Promise<number> {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * Starts moto's S3 server, which keeps everything in memory and honours conditional writes, on the loopback interface of
 * this host or of the one that `prefix` runs commands on.
 */
export async function startMoto(port: number, prefix: readonly string[] = []): Promise<S3Server> {
  const [program = 'moto_server', ...args] = [...prefix, 'moto_server', '-H', '127.0.0.1', '-p', `${port}`];
  const child: ChildProcess = endWithTests(spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  if (child.stderr === null) throw new Error('no output');
  const lines = createInterface({ input: child.stderr });
  for await (const line of lines) if (line.includes('Running on')) break;
  // It writes a line for each request.
  child.stderr.resume();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    env: { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret-of-the-test' },
    options: toOptions(`http://127.0.0.1:${port}`),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/**
 * Starts an S3 server with an empty bucket: moto's, which checks no signatures, or with TEST_RADOSGW Debian's radosgw on a
 * store in memory.
 */
export async function startS3(checksSignatures = Boolean(process.env.TEST_RADOSGW)): Promise<S3Server> {
  const port = await findFreePort();
  const server = checksSignatures ? await startRadosgw(port) : await startMoto(port);
  const { status } = await s3Client(server).fetch(`${server.endpoint}/${BUCKET}`, { method: 'PUT' });
  if (status !== 200) throw new Error(`no bucket: ${status}`);
  return server;
}

const s3Client = ({ env }: S3Server) =>
  new AwsClient({
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    service: 's3',
    region: 'us-east-1',
  });

/** Returns the keys below a prefix. */
export async function listKeys(server: S3Server, prefix: string): Promise<readonly string[]> {
  const address = `${server.endpoint}/${BUCKET}?list-type=2&prefix=${encodeURIComponent(prefix)}`;
  const text = await (await s3Client(server).fetch(address)).text();
  return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1] ?? '');
}

/** Writes an object by its address, `s3://bucket/key`. */
export async function putObject(
  server: S3Server,
  address: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { status } = await s3Client(server).fetch(`${server.endpoint}/${address.slice('s3://'.length)}`, {
    method: 'PUT',
    body,
  });
  if (status !== 200) throw new Error(`${address}: ${status}`);
}

let prefixCount = 0;

/** Returns a location of its own on a server, and what opens it. */
export function newLocation(server: S3Server, endpoint = server.endpoint) {
  prefixCount += 1;
  const address = `s3://${BUCKET}/library ${process.pid}-${prefixCount}`.replace(' ', '-');
  const location = parseIndexLocation(address);
  if (location === undefined || location.kind === 'folder') throw new Error(address);
  return { address, location, ...openObjectStorage(location, toOptions(endpoint), server.env) };
}

export interface S3Proxy {
  readonly endpoint: string;
  /** Cuts or restores the connection to the server. */
  cut(isCut: boolean): void;
  /** Number of requests by method. */
  readonly counts: ReadonlyMap<string, number>;
  close(): void;
}

/** Starts a proxy before an S3 server: it can drop the conditions of writes, and the connection. */
export async function startS3Proxy(server: S3Server, { dropConditions = false } = {}): Promise<S3Proxy> {
  const target = new URL(server.endpoint);
  const counts = new Map<string, number>();
  let isCutOff = false;
  const proxy: Server = createServer((incoming, outgoing) => {
    if (isCutOff) return void incoming.socket.destroy();
    const method = incoming.method ?? '';
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const headers = { ...incoming.headers };
    if (dropConditions) {
      delete headers['if-match'];
      delete headers['if-none-match'];
    }
    const forwarded = request(
      { host: target.hostname, port: target.port, method, path: incoming.url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    counts,
    cut(isCut) {
      isCutOff = isCut;
      if (isCut) proxy.closeAllConnections();
    },
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
