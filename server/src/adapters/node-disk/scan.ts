import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { childPath } from '../../base/children.ts';
import type { DiskFile } from '../../core/diskFile.ts';
import type { Scan } from '../../ports/disk.ts';
import { type OnFiles, type WalkEnd, type WalkRequest, walk } from './walk.ts';

/** What a worker is given: the walk, and a counter of batches taken, so that it never runs far ahead. */
export interface ScanWork {
  readonly request: WalkRequest;
  readonly taken: Int32Array;
  /** Only a hash of what lies there is wanted. */
  readonly hashed: boolean;
}

type ScanMessage =
  | ({ readonly kind: 'files' } & Columns)
  | { readonly kind: 'end'; readonly end: WalkEnd; readonly hash: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** The message that ends a walk. */
type Last = Exclude<ScanMessage, { kind: 'files' }>;
type Walked = Extract<ScanMessage, { kind: 'end' }>;

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
const BATCH = 250;
/** Messages that may be on their way. */
const AHEAD = 3;

/** How long a worker stays after its last walk, ms: events come in runs, and starting one takes longer than a walk. */
const STAY_MS = 10_000;

/** Walks folders in worker threads: this one's event loop stays free, and a drive that does not answer holds up none. */
export interface Scanner {
  /** Throws the signal's reason when aborted, a TypeError for a glob or URI that cannot be read. */
  scan(request: WalkRequest, signal: AbortSignal): Promise<Scan>;
  /** A hash of what a scan would see; equal where nothing changed. */
  fingerprint(request: WalkRequest, signal: AbortSignal): Promise<string>;
}

export function scanner(): Scanner {
  let idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | undefined;

  const take = (): Worker => {
    if (idle === undefined) return new Worker(childPath('scan'));
    const { worker, timer } = idle;
    idle = undefined;
    clearTimeout(timer);
    quiet(worker);
    worker.ref();
    return worker;
  };
  const giveBack = async (worker: Worker): Promise<void> => {
    quiet(worker);
    if (idle !== undefined) {
      await worker.terminate();
      return;
    }
    const leave = () => {
      if (idle?.worker === worker) idle = undefined;
      void worker.terminate();
    };
    worker.once('error', leave);
    worker.unref();
    idle = { worker, timer: setTimeout(leave, STAY_MS).unref() };
  };
  const run = async (
    request: WalkRequest,
    hashed: boolean,
    onFiles: (columns: Columns) => void,
    signal: AbortSignal,
  ): Promise<Walked> => {
    signal.throwIfAborted();
    const taken = new Int32Array(new SharedArrayBuffer(4));
    const worker = take();
    const ended = new AbortController();
    let last: Last;
    try {
      last = await new Promise<Last>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended.signal });
        worker.on('error', reject);
        worker.on('exit', () => reject(new Error('The scan of a folder ended before its time.')));
        worker.on('message', (message: ScanMessage) => {
          if (message.kind !== 'files') return resolve(message);
          onFiles(message);
          Atomics.add(taken, 0, 1);
          Atomics.notify(taken, 0);
        });
        worker.postMessage({ request, taken, hashed } satisfies ScanWork);
      });
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      ended.abort();
    }
    await giveBack(worker);
    if (last.kind === 'wrong') throw new TypeError(last.message);
    return last;
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
function quiet(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}

/** The worker's side: walks, and hands files over in batches. */
export function work({ request, taken, hashed }: ScanWork, post: (message: ScanMessage) => void): void {
  let sent = 0;
  let batch: DiskFile[] = [];
  const flush = () => {
    for (let seen = Atomics.load(taken, 0); sent - seen >= AHEAD; seen = Atomics.load(taken, 0)) {
      Atomics.wait(taken, 0, seen);
    }
    sent += 1;
    post({ kind: 'files', ...pack(batch) });
    batch = [];
  };
  const hash = createHash('sha256');
  const onFiles: OnFiles = (files) => {
    for (const file of files) {
      if (hashed) {
        hash.update(JSON.stringify(file));
        continue;
      }
      batch.push(file);
      if (batch.length >= BATCH) flush();
    }
  };
  try {
    const end = walk(request, onFiles);
    if (batch.length > 0) flush();
    if (hashed) hash.update(JSON.stringify(end));
    post({ kind: 'end', end, hash: hash.digest('hex') });
  } catch (error) {
    post({ kind: 'wrong', message: error instanceof Error ? error.message : String(error) });
  }
}

const NONE: DiskFile['sidecars'] = [];

function pack(files: readonly DiskFile[]): Columns {
  const sidecars = new Map<number, DiskFile['sidecars']>();
  const numbers = new Float64Array(files.length * 2);
  for (const [at, file] of files.entries()) {
    numbers[at * 2] = file.bytes;
    numbers[at * 2 + 1] = file.modifiedMs;
    if (file.sidecars.length > 0) sidecars.set(at, file.sidecars);
  }
  return {
    uris: files.map((file) => file.uri).join('\n'),
    paths: files.map((file) => file.path).join('\0'),
    numbers,
    sidecars,
  };
}

function unpack({ uris, paths, numbers, sidecars }: Columns, into: DiskFile[]): void {
  const shown = paths.split('\0');
  for (const [at, uri] of uris.split('\n').entries()) {
    into.push({
      uri,
      path: shown[at] ?? '',
      bytes: numbers[at * 2] ?? 0,
      modifiedMs: numbers[at * 2 + 1] ?? 0,
      sidecars: sidecars.get(at) ?? NONE,
    });
  }
}
