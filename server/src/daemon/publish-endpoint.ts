import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import writeFileAtomic from 'write-file-atomic';
import type { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import { dataDirPaths } from '../base/paths.ts';
import { listenForClients, SOCKETS_ARE_FILES } from './daemon-socket.ts';
import type { DataDirLock } from './data-dir-lock.ts';
import type { DaemonEndpoint } from './endpoint.ts';
import { identity } from './find-or-start.ts';
import type { TempFolder } from './temp-folder.ts';
import { watchEndpoint } from './watchdog.ts';

/** What the owner of a data folder holds. */
interface OwnedFolder {
  readonly lock: DataDirLock;
  readonly tempFolder: TempFolder;
}

/**
 * Lets clients find the daemon until `lifetime` ends, through its socket and daemon.json. Both are recreated
 * if lost.
 */
export async function publishEndpoint(
  dataDir: string,
  { lock, tempFolder }: OwnedFolder,
  lifetime: Lifetime,
  log: Log,
  onSocket: (socket: Socket) => void,
): Promise<void> {
  const { endpoint } = dataDirPaths(dataDir);
  const openListener = async () => {
    const openedListener = await listenForClients(dataDir, onSocket);
    const endpointRecord: DaemonEndpoint = { socket: openedListener.path, pid: process.pid, ...identity };
    await writeFileAtomic(endpoint, `${JSON.stringify(endpointRecord)}\n`, { mode: 0o600 });
    log.info('daemon listens', { socket: openedListener.path });
    return openedListener;
  };
  let listener = await openListener();
  lifetime.defer('socket', () => listener.stop());
  lifetime.defer('endpoint', () => rm(endpoint, { force: true }));
  const stopWatching = watchEndpoint({
    lock,
    tempFolder,
    socket: () => (SOCKETS_ARE_FILES ? listener.path : undefined),
    onSocketGone: async () => {
      log.warn('socket gone', { socket: listener.path });
      // Stop the old listener first: closing it later would delete the new socket of the same name.
      await listener.stop();
      listener = await openListener();
    },
    onFolderGone: () => void lifetime.end('the data folder is gone'),
  });
  lifetime.defer('upkeep', stopWatching);
}
