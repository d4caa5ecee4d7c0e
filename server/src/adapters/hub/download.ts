import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UnavailableError } from '../../core/unavailable.ts';
import type { HubFile, HubModel } from './listing.ts';
import { type Hub, RetryError, request } from './request.ts';

/** Whole downloads that may come out wrong before it is given up. */
const WRONG_MOST = 2;

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Both hashes of a file that lies here: ours, and the one the hub gave. */
interface Hashes {
  readonly sha256: Hash;
  readonly blob: Hash;
}

function hashes({ bytes }: HubFile): Hashes {
  // Git hashes a header with the size before the content.
  return { sha256: createHash('sha256'), blob: createHash('sha1').update(`blob ${bytes}\0`) };
}

async function feed(path: string, into: Hashes, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { signal })) {
    into.sha256.update(chunk);
    into.blob.update(chunk);
  }
}

/** Fetches what is missing of `part`; resolves when the hub has sent all it will send. */
async function fetchRest(
  hub: Hub,
  { id, revision }: HubModel,
  file: HubFile,
  part: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const url = `/${id}/resolve/${revision}/${file.path.split('/').map(encodeURIComponent).join('/')}`;
  let have = await sizeOf(part);
  let furthest = have;
  if (have === file.bytes && have > 0) return;
  await request(
    hub,
    url,
    [200, 206, 416],
    (): Readonly<Record<string, string>> => (have > 0 ? { range: `bytes=${have}-` } : {}),
    async (response, alive) => {
      if (response.status === 416) {
        await rm(part, { force: true });
        have = 0;
        throw new RetryError('the hub has less than was fetched');
      }
      const from = response.status === 206 ? have : 0;
      const handle = await open(part, from > 0 ? 'r+' : 'w');
      try {
        await handle.truncate(from);
        have = from;
        onBytes(have);
        for await (const chunk of response.body ?? []) {
          if (have + chunk.length > file.bytes) throw new RetryError('more came than the hub told');
          await handle.write(chunk, 0, chunk.length, have);
          have += chunk.length;
          alive(have > furthest);
          furthest = Math.max(furthest, have);
          onBytes(have);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (have < file.bytes)
        throw new RetryError(`the connection ended after ${have} of ${file.bytes} bytes`);
    },
    signal,
    hub.retries,
  );
}

/**
 * Fetches one file below `folder`, going on where an earlier try stopped, and verifies size and hash before it gets
 * its name. Resolves with its SHA-256. Rejects with UnavailableError (also where the bytes are wrong again and again).
 */
export async function download(
  hub: Hub,
  model: HubModel,
  file: HubFile,
  folder: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const path = join(folder, ...file.path.split('/'));
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  for (let wrong = 0; ; wrong += 1) {
    const whole = (await sizeOf(path)) === file.bytes && file.bytes > 0 ? path : part;
    if (whole === part) await fetchRest(hub, model, file, part, onBytes, signal);
    const found = hashes(file);
    await feed(whole, found, signal);
    const sha256 = found.sha256.digest('hex');
    const right = file.sha256 ? sha256 === file.sha256 : found.blob.digest('hex') === file.blob;
    if (right) {
      if (whole === part) await rename(part, path);
      onBytes(file.bytes);
      return sha256;
    }
    await rm(whole, { force: true });
    if (wrong + 1 >= WRONG_MOST) {
      throw new UnavailableError(
        `${file.path} of ${model.id} came with the wrong bytes, ${WRONG_MOST} times`,
        'Something between the hub and this machine changes downloads: check the proxy and HF_ENDPOINT.',
      );
    }
    hub.onRetry(`${file.path} came with the wrong bytes; fetching it again`);
  }
}
