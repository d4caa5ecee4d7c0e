import { type ChildSupervisor, createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import type { DiskFile } from '../../core/domain/disk-file.ts';
import type { FolderScan } from '../../ports/disk.ts';
import type { FolderBrowser } from '../../ports/folder-browser.ts';
import { appendFiles, BAD_REQUEST, type ScanCalls } from './scan-messages.ts';
import type { WalkRequest } from './walk-folder.ts';

/** Lifetime of a thread after its last walk, in ms. Events come in bursts, and a start takes longer than a walk. */
const IDLE_MS = 10_000;
/** Time after which the thread of a cancelled walk is ended, in ms. A walk that waits for a drive cannot be interrupted. */
const CANCEL_TIMEOUT_MS = 100;

/** Walks folders in threads, so that the event loop stays free and an unresponsive drive delays no other walk. */
export interface Scanner extends FolderBrowser {
  /** Rejects with the signal's reason, and with a TypeError for a glob or URI that cannot be read. */
  scan(request: WalkRequest, signal: AbortSignal): Promise<FolderScan>;
  /** Returns a hash of what a scan would list; equal if nothing changed. */
  fingerprint(request: WalkRequest, signal: AbortSignal): Promise<string>;
}

interface ScanThread {
  readonly child: ChildSupervisor<ScanCalls>;
  isBusy: boolean;
}

function createScanThread(): ScanThread {
  const child = createChildSupervisor<ScanCalls>({
    name: 'scan',
    entry: childPath('scan'),
    thread: {},
    silenceMs: Number.POSITIVE_INFINITY,
    cancelTimeoutMs: CANCEL_TIMEOUT_MS,
    idleMs: IDLE_MS,
    toError: ({ message, detail }) => (detail === BAD_REQUEST ? new TypeError(message) : undefined),
  });
  return { child, isBusy: false };
}

export function createScanner(): Scanner {
  const threads: ScanThread[] = [];
  /** Runs a walk in an idle thread, or in a new one. */
  const run = async <T>(walk: (child: ChildSupervisor<ScanCalls>) => Promise<T>): Promise<T> => {
    let thread = threads.find(({ isBusy }) => !isBusy);
    if (thread === undefined) {
      thread = createScanThread();
      threads.push(thread);
    }
    thread.isBusy = true;
    try {
      return await walk(thread.child);
    } finally {
      thread.isBusy = false;
    }
  };
  return {
    scan: (request, signal) =>
      run(async (child) => {
        const files: DiskFile[] = [];
        const end = await child.call('scan', request, {
          signal,
          retry: 'beforeFirstEvent',
          onEvent: (columns) => appendFiles(columns, files),
        });
        return { ...end, files };
      }),
    browse: async (request, signal) =>
      (await run((child) => child.call('browse', request, { signal }))) ?? undefined,
    fingerprint: (request, signal) => run((child) => child.call('fingerprint', request, { signal })),
  };
}
