import { existsSync } from 'node:fs';
import type { Lock } from './lock.ts';

export interface Upkeep {
  /** Path of the socket where it is a file; absent for a named pipe. */
  readonly socket: () => string | undefined;
  readonly lock: Lock;
  /** The socket's file is gone: a clean-up of the temporary folder, or the end of a login session, took it. */
  readonly onSocketGone: () => Promise<void>;
  /** The data folder was deleted or replaced: this daemon owns nothing any more. */
  readonly onFolderGone: () => void;
}

/** File events do not tell of an unmounted folder; two looks every few seconds cost nothing. */
const TICK_MS = 3000;

/** Keeps the daemon reachable, and ends one whose folder is gone. Returns what ends the looking. */
export function keepUp({ socket, lock, onSocketGone, onFolderGone }: Upkeep): () => void {
  let mending = false;
  const look = async () => {
    if (!lock.holds()) return onFolderGone();
    const path = socket();
    if (path === undefined || existsSync(path) || mending) return;
    mending = true;
    await onSocketGone().finally(() => {
      mending = false;
    });
  };
  const timer = setInterval(() => void look(), TICK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
