import { createYielder } from '../base/yield-to-event-loop.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VolumeId } from '../core/domain/video.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import { changeTimeOf } from '../core/library/same-file.ts';

/**
 * Indexes the stored copies by path and by sample while they are compared with the disk. A copy whose path
 * now has another content can still be found by its sample, because it may turn up elsewhere.
 */
export class KnownCopies {
  readonly #byUri = new Map<Uri, VideoFile>();
  /** Copies with equal samples. Nearly every sample has one copy, for which a set would take 200 bytes. */
  readonly #bySample = new Map<string, VideoFile | Set<VideoFile>>();

  /** Copies of recordings in progress, by path. */
  readonly #recordings = new Map<Uri, VideoFile>();

  static async from(copies: readonly VideoFile[]): Promise<KnownCopies> {
    const knownCopies = new KnownCopies();
    const { isDue, yieldNow } = createYielder();
    for (const copy of copies) {
      knownCopies.#setPath(copy);
      knownCopies.#enter(copy);
      if (isDue()) await yieldNow();
    }
    return knownCopies;
  }

  get(uri: Uri): VideoFile | undefined {
    return this.#byUri.get(uri);
  }

  all(): Iterable<VideoFile> {
    return this.#byUri.values();
  }

  /** Returns other copies with this sample, including those that lost their path. */
  withSample(sample: string, except: Uri): readonly VideoFile[] {
    const group = this.#bySample.get(sample);
    const copies = group === undefined ? [] : group instanceof Set ? [...group] : [group];
    return copies.filter((copy) => copy.uri !== except || this.#byUri.get(copy.uri) !== copy);
  }

  /** Returns whether another path has the same content. */
  isShared(copy: VideoFile | undefined): boolean {
    if (copy === undefined || copy.sample === '') return false;
    return this.withSample(copy.sample, copy.uri).some(({ videoId }) => videoId === copy.videoId);
  }

  /** Returns whether the path still belongs to this copy. */
  isCurrent(copy: VideoFile): boolean {
    return this.#byUri.get(copy.uri) === copy;
  }

  put(copy: VideoFile): void {
    const previousCopy = this.#byUri.get(copy.uri);
    if (previousCopy?.videoId === copy.videoId) this.forget(previousCopy);
    this.#setPath(copy);
    this.#enter(copy);
  }

  /** Returns the copies of recordings in progress. */
  recordings(): readonly VideoFile[] {
    return [...this.#recordings.values()];
  }

  /** Removes a copy from the sample index after its content was found elsewhere. */
  forget(copy: VideoFile): void {
    const group = this.#bySample.get(copy.sample);
    if (group instanceof Set) group.delete(copy);
    else if (group === copy) this.#bySample.delete(copy.sample);
  }

  /**
   * Returns whether a copy below the folder is newer than the folder's own last change. Its change time counts too: an old
   * recording keeps its time when it is copied, and deleting it would have changed the folder later. Leaves out copies
   * that were last seen on another file system than `volume`.
   */
  hasNewerBelow(folder: Uri, modifiedMs: number, volume?: VolumeId): boolean {
    for (const copy of this.#byUri.values()) {
      if (copy.volume !== undefined && volume !== undefined && copy.volume !== volume) continue;
      const newestMs = Math.max(copy.modifiedMs, changeTimeOf(copy.changeStamp) ?? 0);
      if (newestMs > modifiedMs && isWithin(copy.uri, folder)) return true;
    }
    return false;
  }

  #setPath(copy: VideoFile): void {
    this.#byUri.set(copy.uri, copy);
    if (copy.growing === undefined) this.#recordings.delete(copy.uri);
    else this.#recordings.set(copy.uri, copy);
  }

  #enter(copy: VideoFile): void {
    if (copy.sample === '') return;
    const group = this.#bySample.get(copy.sample);
    if (group === undefined) this.#bySample.set(copy.sample, copy);
    else if (group instanceof Set) group.add(copy);
    else if (group !== copy) this.#bySample.set(copy.sample, new Set([group, copy]));
  }
}
