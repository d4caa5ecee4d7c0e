import { existsSync } from 'node:fs';
import type { DataDirLock } from './data-dir-lock.ts';
import type { TempFolder } from './temp-folder.ts';

export interface EndpointWatch {
  /** Path of the socket if it is a file; undefined for a named pipe. */
  readonly socket: () => string | undefined;
  readonly lock: DataDirLock;
  readonly tempFolder: TempFolder;
  /**
   * Called when the socket file is gone, for example after a clean-up of the temporary folder or the end of a
   * login session.
   */
  readonly onSocketGone: () => Promise<void>;
  /** Called when the data folder was deleted or replaced, so this daemon no longer owns it. */
  readonly onFolderGone: () => void;
}

/** File events do not report an unmounted folder. Two checks every few seconds cost nothing. */
const CHECK_INTERVAL_MS = 3000;

/** Keeps the daemon reachable and ends it if its folder is gone. Returns a function that stops the checks. */
export function watchEndpoint(endpointWatch: EndpointWatch): () => void {
  const { socket, lock, tempFolder, onSocketGone, onFolderGone } = endpointWatch;
  let isReopening = false;
  const checkEndpoint = async () => {
    if (!lock.isValid()) return onFolderGone();
    tempFolder.keep();
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
