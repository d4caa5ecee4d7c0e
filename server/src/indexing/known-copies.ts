import { createYielder } from '../base/yield-to-event-loop.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { isWithin } from '../core/library/reconcile-file.ts';

/**
 * The stored copies while they are compared with the disk: by path, and by sample. A copy whose path was given to
 * another content stays findable by its sample, for it may turn up elsewhere.
 */
export class KnownCopies {
  readonly #byUri = new Map<Uri, VideoFile>();
  readonly #bySample = new Map<string, Set<VideoFile>>();

  static async from(copies: readonly VideoFile[]): Promise<KnownCopies> {
    const known = new KnownCopies();
    const { isDue, yieldNow } = createYielder();
    for (const copy of copies) {
      known.#byUri.set(copy.uri, copy);
      known.#enter(copy);
      if (isDue()) await yieldNow();
    }
    return known;
  }

  get(uri: Uri): VideoFile | undefined {
    return this.#byUri.get(uri);
  }

  all(): Iterable<VideoFile> {
    return this.#byUri.values();
  }

  /** Other copies with this sample, those that lost their path included. */
  withSample(sample: string, except: Uri): readonly VideoFile[] {
    return [...(this.#bySample.get(sample) ?? [])].filter(
      (copy) => copy.uri !== except || this.#byUri.get(copy.uri) !== copy,
    );
  }

  /** True where the path still belongs to this very copy. */
  isCurrent(copy: VideoFile): boolean {
    return this.#byUri.get(copy.uri) === copy;
  }

  put(copy: VideoFile): void {
    const before = this.#byUri.get(copy.uri);
    if (before?.videoId === copy.videoId) this.forget(before);
    this.#byUri.set(copy.uri, copy);
    this.#enter(copy);
  }

  /** The content was found elsewhere: it is not looked for again. */
  forget(copy: VideoFile): void {
    this.#bySample.get(copy.sample)?.delete(copy);
  }

  /** True where a copy below the folder was written after the folder itself was last changed. */
  hasNewerBelow(folder: Uri, modifiedMs: number): boolean {
    for (const copy of this.#byUri.values()) {
      if (copy.modifiedMs > modifiedMs && isWithin(copy.uri, folder)) return true;
    }
    return false;
  }

  #enter(copy: VideoFile): void {
    if (copy.sample === '') return;
    const sampleCopies = this.#bySample.get(copy.sample);
    if (sampleCopies === undefined) this.#bySample.set(copy.sample, new Set([copy]));
    else sampleCopies.add(copy);
  }
}
