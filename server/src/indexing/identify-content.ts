import { createConcurrencyLimit } from '../base/concurrency-limit.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import {
  decideContent,
  type FileChange,
  type SampledFile,
  type SamplePeer,
  toFailedVideoFile,
} from '../core/library/reconcile-file.ts';
import type { Disk, FileStat } from '../ports/disk.ts';
import {
  findMovedRecording,
  followRecording,
  readOpenBlocks,
  startRecording,
  type UnidentifiedFile,
} from './follow-recording.ts';
import type { KnownCopies } from './known-copies.ts';

/** Maximum number of files waited for in parallel; waiting for a file to become stable is cheap. */
const MAX_WAITING_FILES = 64;
/**
 * Maximum number of files read in parallel: enough to hide disk latency, few enough to keep the disk
 * responsive.
 */
const MAX_READING_FILES = 4;

/**
 * Identifies the content of files: waits until each file is stable, samples it, and computes a digest if the
 * sample is not enough (core/library/reconcile-file.ts decides). Yields changes as they are decided and keeps
 * `known` up to date. Leaving the loop aborts pending reads.
 */
export async function* identify(
  files: readonly UnidentifiedFile[],
  disk: Disk,
  known: KnownCopies,
  findPresence: (copy: VideoFile) => Promise<SamplePeer['presence']>,
  signal: AbortSignal,
): AsyncGenerator<readonly FileChange[]> {
  const abort = new AbortController();
  const combinedSignal = AbortSignal.any([signal, abort.signal]);
  const limitReads = createConcurrencyLimit(MAX_READING_FILES);
  const sampleQueues = new Map<string, Promise<unknown>>();

  const identifyFile = async ({
    file: scanned,
    holders,
  }: UnidentifiedFile): Promise<readonly FileChange[]> => {
    const knownCopy = known.get(scanned.uri);
    const candidate = { file: scanned, holders };
    const keep = (change: FileChange | undefined): readonly FileChange[] => {
      if (change === undefined) return [];
      if (change.kind !== 'removed') known.put(change.copy);
      return [change];
    };
    try {
      const verdict = await followRecording(
        candidate,
        knownCopy,
        known.isShared(knownCopy),
        disk,
        combinedSignal,
      );
      if (verdict.kind === 'follow') return keep(verdict.change);
      const moved =
        knownCopy === undefined
          ? await findMovedRecording(
              candidate,
              known.recordings(),
              async (copy) => (await findPresence(copy)) === 'gone',
            )
          : undefined;
      if (moved !== undefined) return keep(moved);
      const stableFile = await waitUntilComplete(scanned.uri, disk, combinedSignal);
      if (stableFile === undefined) {
        // A recording that is known stays one until it is closed.
        if (knownCopy?.growing?.isReadable && verdict.before?.growing !== undefined) return [];
        const reading = await disk.recording(scanned.uri, combinedSignal);
        const started = await startRecording(candidate, reading, knownCopy, disk, combinedSignal);
        return started.kind === 'follow' ? keep(started.change) : [];
      }
      const file = { ...scanned, ...stableFile };
      const sample = await limitReads(() => disk.sample(file.uri, combinedSignal));
      const openBlocks = await readOpenBlocks(file, disk, combinedSignal);
      // Decides files with equal samples one after the other, so that the second sees the first.
      const decision = (sampleQueues.get(sample) ?? Promise.resolve()).then(() =>
        decideFile(
          { file, holders, sample, openBlocks, before: verdict.before },
          disk,
          known,
          findPresence,
          limitReads,
          combinedSignal,
        ),
      );
      sampleQueues.set(
        sample,
        decision.catch(() => {}),
      );
      return await decision;
    } catch (error) {
      if (!(error instanceof MediaFailureError)) throw error;
      // The file disappeared meanwhile; the next scan reports it.
      if (error.failure.kind === 'missing') return [];
      const copy = toFailedVideoFile(scanned, holders, knownCopy, error.failure);
      known.put(copy);
      return [{ kind: 'failed', copy }];
    }
  };

  let nextIndex = 0;
  let decidedChanges: FileChange[] = [];
  let firstError: { readonly error: unknown } | undefined;
  const runningTasks = new Set<Promise<void>>();
  const startTasks = () => {
    while (runningTasks.size < MAX_WAITING_FILES && nextIndex < files.length && firstError === undefined) {
      const file = files[nextIndex++];
      if (file === undefined) break;
      const task = identifyFile(file)
        .then(
          (changes) => {
            decidedChanges.push(...changes);
          },
          (error: unknown) => {
            firstError ??= { error };
          },
        )
        .finally(() => {
          runningTasks.delete(task);
        });
      runningTasks.add(task);
    }
  };
  try {
    for (startTasks(); runningTasks.size > 0; startTasks()) {
      await Promise.race(runningTasks);
      if (firstError !== undefined) throw firstError.error;
      signal.throwIfAborted();
      if (decidedChanges.length === 0) continue;
      const changes = decidedChanges;
      decidedChanges = [];
      yield changes;
    }
    if (decidedChanges.length > 0) yield decidedChanges;
  } finally {
    abort.abort();
    await Promise.all(runningTasks);
  }
}

/** Waits until a file is complete. Returns undefined if it is still being written. */
async function waitUntilComplete(uri: Uri, disk: Disk, signal: AbortSignal): Promise<FileStat | undefined> {
  try {
    return await disk.waitUntilStable(uri, signal);
  } catch (error) {
    if (error instanceof MediaFailureError && error.failure.kind === 'unfinished') return undefined;
    throw error;
  }
}

async function decideFile(
  initial: SampledFile,
  disk: Disk,
  known: KnownCopies,
  findPresence: (copy: VideoFile) => Promise<SamplePeer['presence']>,
  limitReads: <T>(task: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  const unreadable = new Set<Uri>();
  let sampled = initial;
  for (;;) {
    const peers: SamplePeer[] = [];
    for (const copy of known.withSample(sampled.sample, sampled.file.uri)) {
      peers.push({ copy, presence: unreadable.has(copy.uri) ? 'unknown' : await findPresence(copy) });
    }
    const verdict = decideContent(sampled, peers);
    if (verdict.digests === undefined) {
      if (verdict.change.kind === 'moved') {
        const { from, copy } = verdict.change;
        const origin = peers.find((peer) => peer.copy.uri === from && peer.copy.videoId === copy.videoId);
        if (origin !== undefined) known.forget(origin.copy);
      }
      if (verdict.change.kind !== 'removed') known.put(verdict.change.copy);
      return [...changes, verdict.change];
    }
    for (const uri of verdict.digests) {
      if (uri === sampled.file.uri) {
        sampled = { ...sampled, digest: await limitReads(() => disk.digest(uri, signal)) };
        continue;
      }
      const peer = known.get(uri);
      if (peer === undefined) continue;
      try {
        const copy: VideoFile = { ...peer, digest: await limitReads(() => disk.digest(uri, signal)) };
        known.put(copy);
        changes.push({ kind: 'noted', copy });
      } catch (error) {
        if (!(error instanceof MediaFailureError)) throw error;
        unreadable.add(uri);
      }
    }
  }
}
