import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import writeFileAtomic from 'write-file-atomic';
import type { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import { filesOf } from '../base/places.ts';
import type { Endpoint } from './endpoint.ts';
import type { Lock } from './lock.ts';
import { identity } from './open.ts';
import { listen, socketsAreFiles } from './socket.ts';
import { keepUp } from './upkeep.ts';

/** Lets clients find the daemon until `lifetime` ends: the socket, the file that names it, and both anew when lost. */
export async function becomeReachable(
  dataDir: string,
  lock: Lock,
  lifetime: Lifetime,
  log: Log,
  onSocket: (socket: Socket) => void,
): Promise<void> {
  const { endpoint } = filesOf(dataDir);
  const open = async () => {
    const opened = await listen(dataDir, onSocket);
    const said: Endpoint = { socket: opened.path, pid: process.pid, ...identity };
    await writeFileAtomic(endpoint, `${JSON.stringify(said)}\n`, { mode: 0o600 });
    log.info('daemon listens', { socket: opened.path });
    return opened;
  };
  let listener = await open();
  lifetime.defer('socket', () => listener.stop());
  lifetime.defer('endpoint', () => rm(endpoint, { force: true }));
  const stopLooking = keepUp({
    lock,
    socket: () => (socketsAreFiles ? listener.path : undefined),
    onSocketGone: async () => {
      log.warn('socket gone', { socket: listener.path });
      // First: its end would take the new socket of the same name with it.
      await listener.stop();
      listener = await open();
    },
    onFolderGone: () => void lifetime.end('the data folder is gone'),
  });
  lifetime.defer('upkeep', stopLooking);
}
