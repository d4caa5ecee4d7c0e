import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { childPath } from '../../base/children.ts';
import type { DiskFile } from '../../core/domain/disk-file.ts';
import type { FolderScan } from '../../ports/disk.ts';
import { type FilesListener, type WalkEnd, type WalkRequest, walkFolder } from './walk-folder.ts';

/** What a worker is given: the walk, and a counter of batches taken, so that it never runs far ahead. */
export interface ScanTask {
  readonly request: WalkRequest;
  readonly acknowledgedBatches: Int32Array;
  /** Only a hash of what lies there is wanted. */
  readonly hashOnly: boolean;
}

type ScanMessage =
  | ({ readonly kind: 'files' } & Columns)
  | { readonly kind: 'end'; readonly end: WalkEnd; readonly hash: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** The message that ends a walk. */
type FinalMessage = Exclude<ScanMessage, { kind: 'files' }>;
type WalkResult = Extract<ScanMessage, { kind: 'end' }>;

/** Files by the column, which crosses to another thread several times faster than objects. */
interface Columns {
  /** URIs, `\n` between. */
  readonly uris: string;
  /** Paths, `\0` between. */
  readonly paths: string;
  /** Bytes and modifiedMs by turns. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly sidecars: ReadonlyMap<number, DiskFile['sidecars']>;
}

/** Files a message: taking one over holds the receiver's event loop for about a millisecond. */
const BATCH_FILES = 250;
/** Messages that may be on their way. */
const MAX_BATCHES_IN_FLIGHT = 3;

/** How long a worker stays after its last walk, ms: events come in runs, and starting one takes longer than a walk. */
const WORKER_IDLE_MS = 10_000;

/** Walks folders in worker threads: this one's event loop stays free, and a drive that does not answer holds up none. */
export interface Scanner {
  /** Throws the signal's reason when aborted, a TypeError for a glob or URI that cannot be read. */
  scan(request: WalkRequest, signal: AbortSignal): Promise<FolderScan>;
  /** A hash of what a scan would see; equal where nothing changed. */
  fingerprint(request: WalkRequest, signal: AbortSignal): Promise<string>;
}

export function createScanner(): Scanner {
  let idleWorker: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | undefined;

  const acquireWorker = (): Worker => {
    if (idleWorker === undefined) return new Worker(childPath('scan'));
    const { worker, timer } = idleWorker;
    idleWorker = undefined;
    clearTimeout(timer);
    removeOwnListeners(worker);
    worker.ref();
    return worker;
  };
  const releaseWorker = async (worker: Worker): Promise<void> => {
    removeOwnListeners(worker);
    if (idleWorker !== undefined) {
      await worker.terminate();
      return;
    }
    const terminateIdle = () => {
      if (idleWorker?.worker === worker) idleWorker = undefined;
      void worker.terminate();
    };
    worker.once('error', terminateIdle);
    worker.unref();
    idleWorker = { worker, timer: setTimeout(terminateIdle, WORKER_IDLE_MS).unref() };
  };
  const run = async (
    request: WalkRequest,
    hashOnly: boolean,
    onFiles: (columns: Columns) => void,
    signal: AbortSignal,
  ): Promise<WalkResult> => {
    signal.throwIfAborted();
    const acknowledgedBatches = new Int32Array(new SharedArrayBuffer(4));
    const worker = acquireWorker();
    const listenersAbort = new AbortController();
    let finalMessage: FinalMessage;
    try {
      finalMessage = await new Promise<FinalMessage>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), {
          once: true,
          signal: listenersAbort.signal,
        });
        worker.on('error', reject);
        worker.on('exit', () => reject(new Error('The scan of a folder ended before its time.')));
        worker.on('message', (message: ScanMessage) => {
          if (message.kind !== 'files') return resolve(message);
          onFiles(message);
          Atomics.add(acknowledgedBatches, 0, 1);
          Atomics.notify(acknowledgedBatches, 0);
        });
        worker.postMessage({ request, acknowledgedBatches, hashOnly } satisfies ScanTask);
      });
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      listenersAbort.abort();
    }
    await releaseWorker(worker);
    if (finalMessage.kind === 'wrong') throw new TypeError(finalMessage.message);
    return finalMessage;
  };
  return {
    scan: async (request, signal) => {
      const files: DiskFile[] = [];
      const { end } = await run(request, false, (columns) => unpack(columns, files), signal);
      return { ...end, files };
    },
    fingerprint: async (request, signal) => (await run(request, true, () => {}, signal)).hash,
  };
}

/** Takes our listeners off; a Worker has some of its own, without which it falls silent. */
function removeOwnListeners(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}

/** The worker's side: walks, and hands files over in batches. */
export function runScanTask(
  { request, acknowledgedBatches, hashOnly }: ScanTask,
  post: (message: ScanMessage) => void,
): void {
  let sentBatches = 0;
  let batch: DiskFile[] = [];
  const flush = () => {
    for (
      let acknowledged = Atomics.load(acknowledgedBatches, 0);
      sentBatches - acknowledged >= MAX_BATCHES_IN_FLIGHT;
      acknowledged = Atomics.load(acknowledgedBatches, 0)
    ) {
      Atomics.wait(acknowledgedBatches, 0, acknowledged);
    }
    sentBatches += 1;
    post({ kind: 'files', ...pack(batch) });
    batch = [];
  };
  const hash = createHash('sha256');
  const onFiles: FilesListener = (files) => {
    for (const file of files) {
      if (hashOnly) {
        hash.update(JSON.stringify(file));
        continue;
      }
      batch.push(file);
      if (batch.length >= BATCH_FILES) flush();
    }
  };
  try {
    const end = walkFolder(request, onFiles);
    if (batch.length > 0) flush();
    if (hashOnly) hash.update(JSON.stringify(end));
    post({ kind: 'end', end, hash: hash.digest('hex') });
  } catch (error) {
    post({ kind: 'wrong', message: error instanceof Error ? error.message : String(error) });
  }
}

const NO_SIDECARS: DiskFile['sidecars'] = [];

function pack(files: readonly DiskFile[]): Columns {
  const sidecars = new Map<number, DiskFile['sidecars']>();
  const numbers = new Float64Array(files.length * 2);
  for (const [index, file] of files.entries()) {
    numbers[index * 2] = file.bytes;
    numbers[index * 2 + 1] = file.modifiedMs;
    if (file.sidecars.length > 0) sidecars.set(index, file.sidecars);
  }
  return {
    uris: files.map((file) => file.uri).join('\n'),
    paths: files.map((file) => file.path).join('\0'),
    numbers,
    sidecars,
  };
}

function unpack({ uris, paths, numbers, sidecars }: Columns, files: DiskFile[]): void {
  const displayPaths = paths.split('\0');
  for (const [index, uri] of uris.split('\n').entries()) {
    files.push({
      uri,
      path: displayPaths[index] ?? '',
      bytes: numbers[index * 2] ?? 0,
      modifiedMs: numbers[index * 2 + 1] ?? 0,
      sidecars: sidecars.get(index) ?? NO_SIDECARS,
    });
  }
}
