import { gate } from '../base/gate.ts';
import type { DiskFile } from '../core/diskFile.ts';
import { FailureError } from '../core/failure.ts';
import type { Uri } from '../core/range.ts';
import { type Arrival, type Change, decide, failedCopy, type Peer } from '../core/reconcile.ts';
import type { Copy } from '../core/video.ts';
import type { Disk } from '../ports/disk.ts';
import type { Known } from './known.ts';

/** A file that stat says is new or changed. */
export interface Unidentified {
  readonly file: DiskFile;
  readonly heldBy: readonly string[];
}

/** Files waited for at a time; waiting until they stand still costs nothing. */
const WAITING = 64;
/** Files read at a time: enough to hide a disk's latency, few enough to leave it usable. */
const READING = 4;

/**
 * Finds out whose content files are: waits until each stands still, samples it, and digests where the sample is not
 * enough (core/reconcile.ts decides). Yields changes as they are decided, a few files at a time in the order given;
 * `known` is kept up to date. Leaving the loop ends what is being read.
 */
export async function* identify(
  files: readonly Unidentified[],
  disk: Disk,
  known: Known,
  presence: (copy: Copy) => Promise<Peer['presence']>,
  signal: AbortSignal,
): AsyncGenerator<readonly Change[]> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  const reading = gate(READING);
  const turns = new Map<string, Promise<unknown>>();

  const one = async ({ file: seen, heldBy }: Unidentified): Promise<readonly Change[]> => {
    const before = known.at(seen.uri);
    try {
      const file = { ...seen, ...(await disk.stable(seen.uri, either)) };
      const sample = await reading(() => disk.sample(file.uri, either));
      // Files with one sample are decided one after the other, so that the second knows the first.
      const mine = (turns.get(sample) ?? Promise.resolve()).then(() =>
        settle({ file, heldBy, sample, before: known.at(file.uri) }, disk, known, presence, reading, either),
      );
      turns.set(
        sample,
        mine.catch(() => {}),
      );
      return await mine;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      // Gone since it was seen: the next look will say so.
      if (error.failure.kind === 'missing') return [];
      const copy = failedCopy(seen, heldBy, before, error.failure);
      known.put(copy);
      return [{ kind: 'failed', copy }];
    }
  };

  let next = 0;
  let decided: Change[] = [];
  let broken: { readonly error: unknown } | undefined;
  const running = new Set<Promise<void>>();
  const fill = () => {
    while (running.size < WAITING && next < files.length && broken === undefined) {
      const file = files[next++];
      if (file === undefined) break;
      const task = one(file)
        .then(
          (changes) => {
            decided.push(...changes);
          },
          (error: unknown) => {
            broken ??= { error };
          },
        )
        .finally(() => {
          running.delete(task);
        });
      running.add(task);
    }
  };
  try {
    for (fill(); running.size > 0; fill()) {
      await Promise.race(running);
      if (broken !== undefined) throw broken.error;
      signal.throwIfAborted();
      if (decided.length === 0) continue;
      const changes = decided;
      decided = [];
      yield changes;
    }
    if (decided.length > 0) yield decided;
  } finally {
    own.abort();
    await Promise.all(running);
  }
}

async function settle(
  first: Arrival,
  disk: Disk,
  known: Known,
  presence: (copy: Copy) => Promise<Peer['presence']>,
  reading: <T>(task: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const unreadable = new Set<Uri>();
  let arrival = first;
  for (;;) {
    const peers: Peer[] = [];
    for (const copy of known.withSample(arrival.sample, arrival.file.uri)) {
      peers.push({ copy, presence: unreadable.has(copy.uri) ? 'unknown' : await presence(copy) });
    }
    const verdict = decide(arrival, peers);
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
      if (uri === arrival.file.uri) {
        arrival = { ...arrival, digest: await reading(() => disk.digest(uri, signal)) };
        continue;
      }
      const peer = known.at(uri);
      if (peer === undefined) continue;
      try {
        const copy: Copy = { ...peer, digest: await reading(() => disk.digest(uri, signal)) };
        known.put(copy);
        changes.push({ kind: 'noted', copy });
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        unreadable.add(uri);
      }
    }
  }
}
