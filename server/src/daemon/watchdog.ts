import { existsSync } from 'node:fs';
import type { DataDirLock } from './data-dir-lock.ts';

export interface EndpointWatch {
  /** Path of the socket where it is a file; absent for a named pipe. */
  readonly socket: () => string | undefined;
  readonly lock: DataDirLock;
  /** The socket's file is gone: a clean-up of the temporary folder, or the end of a login session, took it. */
  readonly onSocketGone: () => Promise<void>;
  /** The data folder was deleted or replaced: this daemon owns nothing any more. */
  readonly onFolderGone: () => void;
}

/** File events do not tell of an unmounted folder; two looks every few seconds cost nothing. */
const CHECK_INTERVAL_MS = 3000;

/** Keeps the daemon reachable, and ends one whose folder is gone. Returns what ends the looking. */
export function watchEndpoint({ socket, lock, onSocketGone, onFolderGone }: EndpointWatch): () => void {
  let isReopening = false;
  const checkEndpoint = async () => {
    if (!lock.isValid()) return onFolderGone();
    const path = socket();
    if (path === undefined || existsSync(path) || isReopening) return;
    isReopening = true;
    await onSocketGone().finally(() => {
      isReopening = false;
    });
  };
  const timer = setInterval(() => void checkEndpoint(), CHECK_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
