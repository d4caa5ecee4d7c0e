import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { toDisplayAddress } from '../../base/redact-secrets.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

export interface NuGetFeed {
  /** URL of the feed's service index. */
  readonly index: string;
  /** Timeout for the first and each further byte of an answer, ms. */
  readonly silenceMs: number;
  /** Number of retries, and the pause between them, ms. */
  readonly retries: number;
  readonly pauseMs: number;
  /** Called before each retry with the reason. */
  readonly onRetry: (message: string) => void;
}

export interface NuGetPackage {
  /** Package name in the feed. */
  readonly name: string;
  readonly version: string;
  /** Hexadecimal, lower case; null if no hash is pinned. */
  readonly sha256: string | null;
}

export interface FetchedPackage {
  readonly bytes: number;
  /** Hash of the downloaded package, hexadecimal. */
  readonly sha256: string;
}

const serviceIndexSchema = z.object({
  resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })),
});
const RETRY_REMEDY = 'Check the network and the proxy settings. The next try resumes where this one stopped.';

/** A temporary failure that a retry may fix. */
class TransientFeedError extends Error {}

async function requestOnce<T>(
  url: string,
  headers: Readonly<Record<string, string>>,
  silenceMs: number,
  readResponse: (response: Response, reportProgress: () => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const silenceTimeout = new AbortController();
  const timer = setTimeout(() => silenceTimeout.abort(), silenceMs);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silenceTimeout.signal]) });
    if (url.startsWith('https:') && !response.url.startsWith('https:'))
      throw new ModelUnavailableError(
        `${url} redirects to ${toDisplayAddress(response.url)}`,
        'Use an address that stays on https: downloads must be encrypted.',
      );
    const { status } = response;
    if (status === 429 || status >= 500) throw new TransientFeedError(`${url} answered ${status}`);
    if (status !== 200 && status !== 206 && status !== 416)
      throw new ModelUnavailableError(`${url} answered ${status}`, 'Check that the feed has this version.');
    return await readResponse(response, () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelUnavailableError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const failureText = silenceTimeout.signal.aborted
      ? `no data for ${silenceMs / 1000} s`
      : `${(error as Error).message}${cause}`;
    throw new TransientFeedError(failureText, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function withRetries<T>(
  feed: NuGetFeed,
  url: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientFeedError)) throw error;
      if (attempts >= feed.retries)
        throw new ModelUnavailableError(`${url}: ${error.message}`, RETRY_REMEDY, { cause: error });
      feed.onRetry(`${error.message}; retrying`);
      await pause(feed.pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Returns the URL of a package, from the service index (NuGet's "package content" resource). */
async function findPackageUrl(
  feed: NuGetFeed,
  { name, version }: NuGetPackage,
  signal: AbortSignal,
): Promise<string> {
  const readIndex = () =>
    requestOnce(
      feed.index,
      {},
      feed.silenceMs,
      async (response) => serviceIndexSchema.safeParse(await response.json()),
      signal,
    );
  const serviceIndex = await withRetries(feed, feed.index, readIndex, signal);
  const base = serviceIndex.data?.resources.find(
    (resource) => resource['@type'] === 'PackageBaseAddress/3.0.0',
  )?.['@id'];
  if (base === undefined || !URL.canParse(base))
    throw new ModelUnavailableError(`${feed.index} is not a NuGet feed`, 'Check its address.');
  if (feed.index.startsWith('https:') && !base.startsWith('https:'))
    throw new ModelUnavailableError(
      `${feed.index} refers to ${base}`,
      'Use a feed that stays on https: downloads must be encrypted.',
    );
  const [id, number] = [name.toLowerCase(), version.toLowerCase()];
  return `${base.replace(/\/*$/, '/')}${id}/${number}/${id}.${number}.nupkg`;
}

const findFileBytes = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function appendToFile(
  response: Response,
  file: FileHandle,
  startByte: number,
  onBytes: (bytes: number) => void,
) {
  let receivedBytes = startByte;
  await file.truncate(startByte);
  for await (const chunk of response.body ?? []) {
    await file.write(chunk, 0, chunk.length, receivedBytes);
    receivedBytes += chunk.length;
    onBytes(receivedBytes);
  }
  await file.sync();
  return receivedBytes;
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Downloads a package to `path`, resumes an earlier partial download, and checks the result against the
 * pinned hash. Calls `onBytes` with the received bytes and, if the feed reports it, the total. Rejects with
 * ModelUnavailableError or the signal's reason.
 */
export async function fetchPackage(
  feed: NuGetFeed,
  packageToFetch: NuGetPackage,
  path: string,
  onBytes: (bytes: number, total: number | undefined) => void,
  signal: AbortSignal,
): Promise<FetchedPackage> {
  const url = await findPackageUrl(feed, packageToFetch, signal);
  const partialPath = `${path}.part`;
  const fetchRemaining = async () => {
    const receivedBytes = await findFileBytes(partialPath);
    const headers: Record<string, string> = receivedBytes > 0 ? { range: `bytes=${receivedBytes}-` } : {};
    await requestOnce(
      url,
      headers,
      feed.silenceMs,
      async (response, alive) => {
        // Status 416: the file is complete already, or longer than the package.
        if (response.status === 416) {
          const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
          if (total === receivedBytes) return;
          await rm(partialPath, { force: true });
          throw new TransientFeedError('the package in the feed is shorter than the partial download');
        }
        const startByte = response.status === 206 ? receivedBytes : 0;
        const length = response.headers.get('content-length');
        const total = length === null ? undefined : startByte + Number(length);
        const file = await open(partialPath, startByte > 0 ? 'r+' : 'w');
        try {
          const receivedTotal = await appendToFile(response, file, startByte, (bytes) => {
            alive();
            onBytes(bytes, total);
          });
          if (total !== undefined && receivedTotal < total)
            throw new TransientFeedError(`the connection ended after ${receivedTotal} of ${total} bytes`);
        } finally {
          await file.close();
        }
      },
      signal,
    );
  };
  await withRetries(feed, url, fetchRemaining, signal);
  const sha256 = await hashFile(partialPath, signal);
  if (packageToFetch.sha256 !== null && packageToFetch.sha256 !== sha256) {
    await rm(partialPath, { force: true });
    throw new ModelUnavailableError(
      `${packageToFetch.name} ${packageToFetch.version} differs from the pinned file (SHA-256 ${sha256})`,
      'Do not use it: something between the feed and this machine changes downloads, or the package was replaced.',
    );
  }
  await rename(partialPath, path);
  return { bytes: await findFileBytes(path), sha256 };
}
