import { join } from 'node:path';
import { createJsonFolderList } from '../adapters/json-folder-list.ts';
import { openLanceStore } from '../adapters/lancedb/open.ts';
import { createLocalExecutor } from '../adapters/local-executor.ts';
import { createMediaChild } from '../adapters/media-child.ts';
import { createNodeDisk } from '../adapters/node-disk.ts';
import { BUILD } from '../base/build.ts';
import { type Log, messageOf } from '../base/log.ts';
import { filesOf } from '../base/places.ts';
import { createLibrary, type OwnedLibrary } from '../library/create.ts';
import type { OpenSettings } from '../settings/open.ts';

/** Picks the adapters and builds the Library of one data folder. */
export async function compose(dataDir: string, settings: OpenSettings, log: Log): Promise<OwnedLibrary> {
  const files = filesOf(dataDir);
  const store = await openLanceStore(files.index, { log: (message) => log.warn('index', { message }) });
  const library = await createLibrary({
    store,
    disk: createNodeDisk(),
    media: createMediaChild({ settings: settings.all, onTrouble: (message) => log.warn('media child', { message }) }),
    folderList: createJsonFolderList(files.folders, (message) => log.warn('folders', { message })),
    settings: settings.all,
    executor: (run, settle) =>
      createLocalExecutor({
        run,
        settle,
        widths: { now: 2, fast: 2, deep: 1 },
        now: Date.now,
        onError: (job, error) => log.error('job dropped', { job: job.key, stage: job.stage, error: messageOf(error) }),
      }),
    frame: () => ({
      versions: { build: BUILD, schema: store.schema, node: process.versions.node },
      dataDir,
      pid: process.pid,
      roles: [],
    }),
    now: Date.now,
    log,
  });
  return library;
}
