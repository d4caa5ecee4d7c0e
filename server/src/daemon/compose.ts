import { PROTOCOL_VERSION } from '../../protocol/base.ts';
import type { Status } from '../../protocol/status.ts';
import { BUILD } from '../base/build.ts';
import type { Log } from '../base/log.ts';
import { type Library, RequestError } from '../library.ts';

/** Picks the adapters and builds the Library of one data folder. */
export async function compose(dataDir: string, _log: Log): Promise<Library> {
  const status: Status = {
    videos: 0,
    clips: 0,
    work: { waiting: 0, running: [], done: 0, failed: [], offline: 0 },
    indexBytes: 0,
    versions: { protocol: PROTOCOL_VERSION, build: BUILD, schema: 0, node: process.versions.node },
    roles: [],
    advice: [],
    dataDir,
    pid: process.pid,
  };
  const absent = async () => {
    throw new RequestError('unavailable', 'This build has no index.', 'Install a complete build.');
  };
  return {
    folders: absent,
    addFolder: absent,
    removeFolder: absent,
    status: () => status,
    onStatus: () => () => undefined,
    search: absent,
    ask: absent,
    clip: absent,
    video: absent,
    index: absent,
    forget: absent,
    reindex: absent,
    pause: absent,
    resume: absent,
    close: async () => undefined,
  };
}
