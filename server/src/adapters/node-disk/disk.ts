import { basename } from 'node:path';
import { pathOfFileUri } from '../../base/file-uri.ts';
import { runInSlices } from '../../base/slices.ts';
import { parseCues } from '../../core/cues.ts';
import type { Disk } from '../../ports/disk.ts';
import { digest, sample } from './hash.ts';
import { scanner } from './scan.ts';
import { stable, statOf } from './stable.ts';
import { folderState } from './state.ts';
import { readText } from './text.ts';
import { trees } from './trees.ts';
import { type WatchOptions, watch } from './watch.ts';

export interface NodeDiskOptions extends Partial<WatchOptions> {
  /** How long to wait for a file to stand still for `quietMs`, ms. */
  readonly patienceMs?: number;
}

/** The Disk port on Node's file system. */
export function nodeDisk(options: NodeDiskOptions = {}): Disk {
  const quietMs = options.quietMs ?? 1500;
  const patience = { quietMs, patienceMs: options.patienceMs ?? 6000 };
  const watching: WatchOptions = {
    quietMs,
    pollMs: options.pollMs ?? 5000,
    rootMs: options.rootMs ?? 3000,
    rescanMs: options.rescanMs ?? 3_600_000,
    gatherMs: options.gatherMs ?? 100,
    burst: options.burst ?? 2000,
  };
  const openTree = trees();
  const { scan, fingerprint } = scanner();
  return {
    scan: ({ uri, include, exclude }, signal, within) => scan({ uri, include, exclude, within }, signal),
    state: async (uri, signal) => {
      signal.throwIfAborted();
      return folderState(pathOfFileUri(uri));
    },
    stat: async (uri, signal) => {
      signal.throwIfAborted();
      return statOf(pathOfFileUri(uri));
    },
    stable: async (uri, signal) => stable(pathOfFileUri(uri), patience, signal),
    sample: async (uri, signal) => sample(pathOfFileUri(uri), signal),
    digest: async (uri, signal) => digest(pathOfFileUri(uri), signal),
    sidecar: async (uri, beside, signal) => {
      const path = pathOfFileUri(uri);
      const file = { ...beside, name: basename(path.toString()) };
      return runInSlices(parseCues(file, await readText(path, signal)), signal);
    },
    watch: (rule, onEvent, signal) => watch(rule, watching, { openTree, fingerprint }, onEvent, signal),
  };
}
