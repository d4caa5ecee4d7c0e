import { basename } from 'node:path';
import { fileUriToPath } from '../../base/file-uri.ts';
import { runInSlices } from '../../base/slices.ts';
import { parseCues } from '../../core/subtitles/parse-subtitles.ts';
import type { Disk } from '../../ports/disk.ts';
import type { FolderBrowser } from '../../ports/folder-browser.ts';
import { findFolderState } from './folder-state.ts';
import { hashContent, hashGrowthBlocks, hashSample } from './hash-file.ts';
import { createRecordingReader } from './read-recording.ts';
import { readTextFile } from './read-text.ts';
import { createScanner } from './scan-folder.ts';
import { findFileStat, waitUntilStable } from './wait-until-stable.ts';
import { type FolderWatchOptions, watchFolder } from './watch-folder.ts';
import { createWatchPool } from './watch-pool.ts';

export interface NodeDiskOptions extends Partial<FolderWatchOptions> {
  /** Maximum time to wait until a file is unchanged for `quietMs`, in ms. */
  readonly stableTimeoutMs?: number;
}

/** Creates the Disk and FolderBrowser ports on Node's file system. */
export function createNodeDisk(options: NodeDiskOptions = {}): Disk & FolderBrowser {
  const quietMs = options.quietMs ?? 1500;
  const stabilityOptions = { quietMs, stableTimeoutMs: options.stableTimeoutMs ?? 6000 };
  const watchOptions: FolderWatchOptions = {
    quietMs,
    pollMs: options.pollMs ?? 5000,
    rootCheckMs: options.rootCheckMs ?? 3000,
    rescanMs: options.rescanMs ?? 3_600_000,
    gatherMs: options.gatherMs ?? 100,
    burstEvents: options.burstEvents ?? 2000,
  };
  const openWatch = createWatchPool();
  const { scan, fingerprint, browse } = createScanner();
  return {
    browse,
    scan: ({ uri, include, exclude }, signal, within) => scan({ uri, include, exclude, within }, signal),
    state: async (uri, signal) => {
      signal.throwIfAborted();
      return findFolderState(fileUriToPath(uri));
    },
    stat: async (uri, signal) => {
      signal.throwIfAborted();
      return findFileStat(fileUriToPath(uri));
    },
    waitUntilStable: async (uri, signal) => waitUntilStable(fileUriToPath(uri), stabilityOptions, signal),
    recording: createRecordingReader(),
    growthBlocks: async (uri, bytes, signal) => hashGrowthBlocks(fileUriToPath(uri), bytes, signal),
    sample: async (uri, signal, bytes) => hashSample(fileUriToPath(uri), signal, bytes),
    digest: async (uri, signal) => hashContent(fileUriToPath(uri), signal),
    sidecar: async (uri, video, signal) => {
      const path = fileUriToPath(uri);
      const file = { ...video, name: basename(path.toString()) };
      return runInSlices(parseCues(file, await readTextFile(path, signal)), signal);
    },
    watch: (rule, onEvent, signal) =>
      watchFolder(rule, watchOptions, { openWatch, fingerprint }, onEvent, signal),
  };
}
