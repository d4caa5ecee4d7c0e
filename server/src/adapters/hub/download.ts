import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { HubRetryError, type ModelHub, requestHub } from './hub-request.ts';
import type { HubFile, HubModel } from './list-model.ts';

/** Number of complete downloads with wrong contents before giving up. */
const MAX_WRONG_DOWNLOADS = 2;

export async function findFileBytes(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Two hashes of a local file: SHA-256, and Git's blob hash. */
interface FileHashes {
  readonly sha256: Hash;
  readonly gitBlob: Hash;
}

function createHashes({ bytes }: HubFile): FileHashes {
  // Git hashes a header with the size before the content.
  return { sha256: createHash('sha256'), gitBlob: createHash('sha1').update(`blob ${bytes}\0`) };
}

async function hashFile(path: string, hashes: FileHashes, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { signal })) {
    hashes.sha256.update(chunk);
    hashes.gitBlob.update(chunk);
  }
}

/** Downloads the missing bytes of a partial file. Resolves when the hub has sent the whole file. */
async function fetchRemaining(
  hub: ModelHub,
  { id, revision }: HubModel,
  file: HubFile,
  partialPath: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const source = file.source ?? { id, revision, path: file.path };
  const encodedPath = source.path.split('/').map(encodeURIComponent).join('/');
  const url = `/${source.id}/resolve/${source.revision}/${encodedPath}`;
  let receivedBytes = await findFileBytes(partialPath);
  let furthestBytes = receivedBytes;
  if (receivedBytes === file.bytes && receivedBytes > 0) return;
  await requestHub(
    hub,
    url,
    [200, 206, 416],
    (): Readonly<Record<string, string>> => (receivedBytes > 0 ? { range: `bytes=${receivedBytes}-` } : {}),
    async (response, reportProgress) => {
      if (response.status === 416) {
        await rm(partialPath, { force: true });
        receivedBytes = 0;
        throw new HubRetryError('the file on the hub is shorter than the partial download');
      }
      const startByte = response.status === 206 ? receivedBytes : 0;
      const handle = await open(partialPath, startByte > 0 ? 'r+' : 'w');
      try {
        await handle.truncate(startByte);
        receivedBytes = startByte;
        onBytes(receivedBytes);
        for await (const chunk of response.body ?? []) {
          if (receivedBytes + chunk.length > file.bytes)
            throw new HubRetryError('the hub sent more bytes than it announced');
          await handle.write(chunk, 0, chunk.length, receivedBytes);
          receivedBytes += chunk.length;
          reportProgress(receivedBytes > furthestBytes);
          furthestBytes = Math.max(furthestBytes, receivedBytes);
          onBytes(receivedBytes);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (receivedBytes < file.bytes)
        throw new HubRetryError(`the connection ended after ${receivedBytes} of ${file.bytes} bytes`);
    },
    signal,
    hub.retries,
  );
}

/**
 * Downloads one file below `folder` and resumes an earlier partial download. Size and hash are verified
 * before the file gets its final name. Resolves with its SHA-256. Rejects with ModelUnavailableError, also if
 * the contents are wrong repeatedly.
 */
export async function download(
  hub: ModelHub,
  model: HubModel,
  file: HubFile,
  folder: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const path = join(folder, ...file.path.split('/'));
  const partialPath = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  for (let wrongDownloads = 0; ; wrongDownloads += 1) {
    const completePath = (await findFileBytes(path)) === file.bytes && file.bytes > 0 ? path : partialPath;
    if (completePath === partialPath) await fetchRemaining(hub, model, file, partialPath, onBytes, signal);
    const actualHashes = createHashes(file);
    await hashFile(completePath, actualHashes, signal);
    const sha256 = actualHashes.sha256.digest('hex');
    const matches = file.sha256 ? sha256 === file.sha256 : actualHashes.gitBlob.digest('hex') === file.blob;
    if (matches) {
      if (completePath === partialPath) await rename(partialPath, path);
      onBytes(file.bytes);
      return sha256;
    }
    await rm(completePath, { force: true });
    if (wrongDownloads + 1 >= MAX_WRONG_DOWNLOADS) {
      throw new ModelUnavailableError(
        `${file.path} of ${model.id} was downloaded with wrong contents ${MAX_WRONG_DOWNLOADS} times`,
        'Something between the hub and this machine changes downloads. Check the proxy and HF_ENDPOINT.',
      );
    }
    hub.onRetry(`${file.path} has wrong contents; downloading it again`);
  }
}
