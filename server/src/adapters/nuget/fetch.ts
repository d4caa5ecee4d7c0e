import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { UnavailableError } from '../../core/unavailable.ts';

export interface Feed {
  /** Address of the feed's service index. */
  readonly index: string;
  /** Without an answer, or a further byte, for so long a request is broken off, ms. */
  readonly silenceMs: number;
  /** Tries after the first, and the pause between them, ms. */
  readonly retries: number;
  readonly pauseMs: number;
  /** Told of each try that failed and will be repeated. */
  readonly onRetry: (message: string) => void;
}

export interface Package {
  /** As the feed names it. */
  readonly name: string;
  readonly version: string;
  /** Hex, lower case; null where none is pinned. */
  readonly sha256: string | null;
}

export interface Fetched {
  readonly bytes: number;
  /** Hex, of what was fetched. */
  readonly sha256: string;
}

const services = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })) });
const REMEDY = 'Check the network and the proxy settings; it goes on where it stopped.';

/** Passing faults: another try may help. */
class PassingError extends Error {}

async function ask<T>(
  url: string,
  headers: Readonly<Record<string, string>>,
  silenceMs: number,
  use: (response: Response, alive: () => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silence.signal]) });
    if (url.startsWith('https:') && !response.url.startsWith('https:'))
      throw new UnavailableError(`${url} leads to ${response.url}`, 'A download must stay encrypted.');
    const { status } = response;
    if (status === 429 || status >= 500) throw new PassingError(`${url} answered ${status}`);
    if (status !== 200 && status !== 206 && status !== 416)
      throw new UnavailableError(`${url} answered ${status}`, 'Check that the feed has this version.');
    return await use(response, () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnavailableError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const why = silence.signal.aborted
      ? `no byte for ${silenceMs / 1000} s`
      : `${(error as Error).message}${cause}`;
    throw new PassingError(why, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function again<T>(feed: Feed, url: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      if (tried >= feed.retries)
        throw new UnavailableError(`${url}: ${error.message}`, REMEDY, { cause: error });
      feed.onRetry(`${error.message}; trying again`);
      await pause(feed.pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Where the feed keeps a package, by its service index (NuGet's "package content" resource). */
async function addressOf(feed: Feed, { name, version }: Package, signal: AbortSignal): Promise<string> {
  const read = () =>
    ask(
      feed.index,
      {},
      feed.silenceMs,
      async (response) => services.safeParse(await response.json()),
      signal,
    );
  const parsed = await again(feed, feed.index, read, signal);
  const base = parsed.data?.resources.find((each) => each['@type'] === 'PackageBaseAddress/3.0.0')?.['@id'];
  if (base === undefined || !URL.canParse(base))
    throw new UnavailableError(`${feed.index} is no feed of NuGet packages`, 'Check its address.');
  if (feed.index.startsWith('https:') && !base.startsWith('https:'))
    throw new UnavailableError(`${feed.index} leads to ${base}`, 'A download must stay encrypted.');
  const [id, number] = [name.toLowerCase(), version.toLowerCase()];
  return `${base.replace(/\/*$/, '/')}${id}/${number}/${id}.${number}.nupkg`;
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function append(response: Response, file: FileHandle, from: number, onBytes: (bytes: number) => void) {
  let have = from;
  await file.truncate(from);
  for await (const chunk of response.body ?? []) {
    await file.write(chunk, 0, chunk.length, have);
    have += chunk.length;
    onBytes(have);
  }
  await file.sync();
  return have;
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Fetches a package to `path`, going on where an earlier try stopped, and holds it against the pinned hash. `onBytes`:
 * what has come, and what there is where the feed tells. Rejects with UnavailableError and the signal's reason.
 */
export async function fetchPackage(
  feed: Feed,
  wanted: Package,
  path: string,
  onBytes: (bytes: number, total: number | undefined) => void,
  signal: AbortSignal,
): Promise<Fetched> {
  const url = await addressOf(feed, wanted, signal);
  const part = `${path}.part`;
  const rest = async () => {
    const have = await sizeOf(part);
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    await ask(
      url,
      headers,
      feed.silenceMs,
      async (response, alive) => {
        // All of it is here already, or more than there is.
        if (response.status === 416) {
          const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
          if (total === have) return;
          await rm(part, { force: true });
          throw new PassingError('the feed has less than was fetched');
        }
        const from = response.status === 206 ? have : 0;
        const length = response.headers.get('content-length');
        const total = length === null ? undefined : from + Number(length);
        const file = await open(part, from > 0 ? 'r+' : 'w');
        try {
          const got = await append(response, file, from, (bytes) => {
            alive();
            onBytes(bytes, total);
          });
          if (total !== undefined && got < total)
            throw new PassingError(`the connection ended after ${got} of ${total} bytes`);
        } finally {
          await file.close();
        }
      },
      signal,
    );
  };
  await again(feed, url, rest, signal);
  const sha256 = await hashOf(part, signal);
  if (wanted.sha256 !== null && wanted.sha256 !== sha256) {
    await rm(part, { force: true });
    throw new UnavailableError(
      `${wanted.name} ${wanted.version} came as another file (${sha256}) than is pinned`,
      'Something between the feed and this machine changes downloads, or the package was replaced: do not use it.',
    );
  }
  await rename(part, path);
  return { bytes: await sizeOf(path), sha256 };
}
