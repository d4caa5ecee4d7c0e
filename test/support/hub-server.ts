import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What a request for a file meets, once. */
export type HubFault =
  | { readonly status: number; readonly retryAfter?: string }
  /** The connection ends after so many bytes of the answer, once the client has taken them. */
  | { readonly cutAfter: number; readonly taken: Promise<void> }
  /** As many bytes as told, one of them another. */
  | { readonly wrong: true }
  /** Headers, and then nothing. */
  | { readonly silent: true };

export interface HubRequest {
  /** `api`, `hub` (which redirects) or `cdn`. */
  readonly at: 'api' | 'hub' | 'cdn';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  readonly acceptEncoding: string | undefined;
}

export interface HubServer {
  readonly endpoint: string;
  readonly revision: string;
  readonly requests: readonly HubRequest[];
  /** Faults of a file, by its path, in order. */
  readonly faults: Map<string, HubFault[]>;
  /** Listing faults, in order. */
  readonly apiFaults: HubFault[];
  /** The CDN answers whole files to ranges. */
  ignoreRanges: boolean;
  close(): Promise<void>;
}

export interface HubServerOptions {
  readonly id: string;
  /** Whose files are served. */
  readonly folder: string;
  /** Files beside those of the folder, by path. */
  readonly more?: Readonly<Record<string, Buffer>>;
  /** A token that the API and the hub demand. */
  readonly token?: string;
  /** As model cards state it; apache-2.0 if missing. */
  readonly license?: string | readonly string[];
  /** Answers 401 for a model that does not exist, as the public hub does. */
  readonly hidesMissing?: boolean;
  /** Entries of the listing a page. */
  readonly page?: number;
}

const REVISION = '0123456789abcdef0123456789abcdef01234567';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const blobOf = (bytes: Buffer) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

function readFiles(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names.sort().map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]),
  );
}

async function listen(handler: RequestListener) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${port}`, close };
}

/**
 * A stand-in for the model hub on loopback: listing in pages, files behind a redirect to a second host, ranges, ETags.
 * `.onnx` files are large files with a SHA-256, the others lie in git.
 */
export async function hubServer(options: HubServerOptions): Promise<HubServer> {
  const { id, token } = options;
  const files = new Map([...readFiles(options.folder), ...Object.entries(options.more ?? {})]);
  const requests: HubRequest[] = [];
  const faults = new Map<string, HubFault[]>();
  const apiFaults: HubFault[] = [];
  const state = { ignoreRanges: false };

  const json = (response: ServerResponse, body: unknown, headers = {}) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  const fail = (response: ServerResponse, status: number, retryAfter?: string) => {
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    response.end('as told to');
  };

  const send = (response: ServerResponse, bytes: Buffer, range: string | undefined, fault?: HubFault) => {
    const from = state.ignoreRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (from >= bytes.length && from > 0) {
      fail(response, 416);
      return;
    }
    const body = Buffer.from(bytes.subarray(from));
    if (fault && 'wrong' in fault) body[body.length - 1] = (body.at(-1) ?? 0) ^ 0xff;
    const partial = range !== undefined && !state.ignoreRanges;
    response.writeHead(partial ? 206 : 200, {
      'content-length': body.length,
      etag: `"${sha256(bytes)}"`,
      'accept-ranges': 'bytes',
      ...(partial ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (fault && 'silent' in fault) response.flushHeaders();
    else if (fault && 'cutAfter' in fault) {
      response.write(body.subarray(0, fault.cutAfter));
      fault.taken.then(() => response.destroy());
    } else response.end(body);
  };

  const serveFile = (response: ServerResponse, path: string, range: string | undefined) => {
    const bytes = files.get(path);
    const fault = faults.get(path)?.shift();
    if (fault && 'status' in fault) fail(response, fault.status, fault.retryAfter);
    else if (bytes) send(response, bytes, range, fault);
    else fail(response, 404);
  };

  const note = (at: HubRequest['at'], path: string, headers: NodeJS.Dict<string | string[]>) => {
    const { range, authorization } = headers;
    requests.push({
      at,
      path,
      range: range?.toString(),
      authorization: authorization?.toString(),
      acceptEncoding: headers['accept-encoding']?.toString(),
    });
  };

  const cdn = await listen((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    note('cdn', path, request.headers);
    serveFile(response, path, request.headers.range);
  });
  const hub = await listen((request, response) => {
    const url = new URL(request.url ?? '', 'http://hub');
    const file = `/${id}/resolve/${REVISION}/`;
    const api = `/api/models/${id}`;
    if (url.pathname.startsWith('/api/')) {
      note('api', url.pathname, request.headers);
      const fault = apiFaults.shift();
      if (fault && 'status' in fault) return fail(response, fault.status, fault.retryAfter);
      // Accepted, and never answered: as behind a firewall that drops.
      if (fault && 'silent' in fault) return undefined;
    }
    if (options.hidesMissing && url.pathname.startsWith('/api/') && !url.pathname.startsWith(api)) {
      response.writeHead(401, { 'x-error-code': 'RepoNotFound' });
      return response.end();
    }
    if (token && request.headers.authorization !== `Bearer ${token}`) return fail(response, 401);
    if (url.pathname === `${api}/revision/main` || url.pathname === `${api}/revision/${REVISION}`) {
      return json(response, { id, sha: REVISION, cardData: { license: options.license ?? 'apache-2.0' } });
    }
    if (url.pathname === `${api}/tree/${REVISION}`) {
      const all = [...files].map(([path, bytes]) => {
        const lfs = path.endsWith('.onnx') ? { lfs: { oid: sha256(bytes), size: bytes.length } } : {};
        return { type: 'file', path, size: bytes.length, oid: blobOf(bytes), ...lfs };
      });
      const size = options.page ?? 1000;
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const next = `http://127.0.0.1${url.pathname}?recursive=true&cursor=${from + size}`.replace(
        'http://127.0.0.1',
        hub.origin,
      );
      const more = from + size < all.length ? { link: `<${next}>; rel="next"` } : {};
      return json(response, all.slice(from, from + size), more);
    }
    if (url.pathname.startsWith(file)) {
      const path = decodeURIComponent(url.pathname.slice(file.length));
      note('hub', path, request.headers);
      if (!path.endsWith('.onnx')) return serveFile(response, path, request.headers.range);
      response.writeHead(302, { location: `${cdn.origin}/${encodeURIComponent(path)}` });
      return response.end();
    }
    return fail(response, 404);
  });
  return {
    endpoint: hub.origin,
    revision: REVISION,
    requests,
    faults,
    apiFaults,
    get ignoreRanges() {
      return state.ignoreRanges;
    },
    set ignoreRanges(ignore) {
      state.ignoreRanges = ignore;
    },
    async close() {
      await Promise.all([hub.close(), cdn.close()]);
    },
  };
}
