import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import type { FolderRule, WatchEvent } from '../../ports/disk.ts';
import { createChangeDebouncer, type DebounceOptions } from './debounce-changes.ts';
import { describeWatchError } from './file-failures.ts';
import type { Scanner } from './scan-folder.ts';
import type { RawWatchEvent } from './watch-messages.ts';
import type { FolderWatch, OpenFolderWatch } from './watch-pool.ts';

export interface FolderWatchOptions extends DebounceOptions {
  /** Interval between scans of a polled folder, in ms; longer if a scan takes more than a tenth of it. */
  readonly pollMs: number;
  /** Interval between checks of the folder itself, which may be unmounted, mounted, deleted or restored, in ms. */
  readonly rootCheckMs: number;
  /** Interval between scans of the whole folder, in ms. They find what the system failed to report. */
  readonly rescanMs: number;
}

/** Interval between scans of a folder that the system cannot watch, in ms. */
const UNWATCHED_RESCAN_MS = 60_000;

/** Threads for watching that all folders share. */
export interface WatchHelpers extends Pick<Scanner, 'fingerprint'> {
  readonly openWatch: OpenFolderWatch;
}

/** Watches one folder until aborted, as the Disk port describes. */
export async function watchFolder(
  rule: FolderRule,
  options: FolderWatchOptions,
  { openWatch, fingerprint }: WatchHelpers,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  // A path that is not UTF-8 has no text that chokidar could watch.
  if (rule.poll || typeof fileUriToPath(rule.uri) !== 'string')
    return pollFolder(rule, options, fingerprint, onEvent, signal);
  const folder = rule.uri;
  const root = fileUriToPath(folder).toString();
  const debouncer = createChangeDebouncer(root, options, (within) =>
    onEvent(within === undefined ? { folder } : { folder, within: pathToFileUri(within) }),
  );
  let folderWatch: FolderWatch | undefined;
  let identity: string | undefined;
  let rescanTimer: NodeJS.Timeout | undefined;
  let lastCheck = Promise.resolve();

  const onProblem = (code: string) => {
    const problem = describeWatchError(root, code);
    if (problem !== undefined && rescanTimer !== undefined) return;
    if (problem !== undefined) rescanTimer = setInterval(() => onEvent({ folder }), UNWATCHED_RESCAN_MS);
    onEvent({ folder, problem });
  };
  const onWatchEvent = (event: RawWatchEvent) => {
    if (event.kind === 'file') debouncer.file(event.path);
    else if (event.kind === 'folder') debouncer.folder(event.path);
    else if (event.kind === 'unsure') debouncer.folder(root);
    else if (event.kind === 'error') onProblem(event.code);
    else if (event.kind === 'ready') onEvent({ folder });
    else if (event.kind === 'rootGone') {
      identity = undefined;
      queueCheck();
    }
  };
  const checkRoot = async () => {
    const currentIdentity = await findIdentity(root);
    if (currentIdentity === identity || signal.aborted) return;
    identity = currentIdentity;
    folderWatch?.close();
    folderWatch = undefined;
    if (currentIdentity === '') onEvent({ folder });
    else if (!signal.aborted) folderWatch = openWatch(root, rule.exclude, onWatchEvent);
  };
  const queueCheck = () => {
    lastCheck = lastCheck.then(checkRoot);
  };

  queueCheck();
  const timers = [
    setInterval(queueCheck, options.rootCheckMs),
    setInterval(() => onEvent({ folder }), options.rescanMs),
  ];
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  for (const timer of timers) clearInterval(timer);
  clearInterval(rescanTimer);
  debouncer.close();
  await lastCheck;
  folderWatch?.close();
}

/** Scans the folder regularly and reports when its contents have changed. */
async function pollFolder(
  rule: FolderRule,
  { pollMs }: FolderWatchOptions,
  fingerprint: Scanner['fingerprint'],
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const request = { uri: rule.uri, include: rule.include, exclude: rule.exclude };
  let lastFingerprint: string | undefined;
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      const currentFingerprint = await fingerprint(request, signal);
      if (currentFingerprint !== lastFingerprint) onEvent({ folder: rule.uri });
      lastFingerprint = currentFingerprint;
      await pause(Math.max(pollMs, (performance.now() - startedMs) * 10), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Returns device and inode of a folder, or '' if it does not exist. They change when a drive is mounted or unmounted. */
async function findIdentity(root: string): Promise<string> {
  try {
    const { dev, ino } = await stat(root, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}
