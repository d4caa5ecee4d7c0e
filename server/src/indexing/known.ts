import { pace } from '../base/pace.ts';
import type { Uri } from '../core/range.ts';
import { isWithin } from '../core/reconcile.ts';
import type { Copy } from '../core/video.ts';

/**
 * The stored copies while they are compared with the disk: by path, and by sample. A copy whose path was given to
 * another content stays findable by its sample, for it may turn up elsewhere.
 */
export class Known {
  readonly #byUri = new Map<Uri, Copy>();
  readonly #bySample = new Map<string, Set<Copy>>();

  static async of(copies: readonly Copy[]): Promise<Known> {
    const known = new Known();
    const { due, turn } = pace();
    for (const copy of copies) {
      known.#byUri.set(copy.uri, copy);
      known.#enter(copy);
      if (due()) await turn();
    }
    return known;
  }

  at(uri: Uri): Copy | undefined {
    return this.#byUri.get(uri);
  }

  all(): Iterable<Copy> {
    return this.#byUri.values();
  }

  /** Other copies with this sample, those that lost their path included. */
  withSample(sample: string, except: Uri): readonly Copy[] {
    return [...(this.#bySample.get(sample) ?? [])].filter(
      (copy) => copy.uri !== except || this.#byUri.get(copy.uri) !== copy,
    );
  }

  /** True where the path still belongs to this very copy. */
  holds(copy: Copy): boolean {
    return this.#byUri.get(copy.uri) === copy;
  }

  put(copy: Copy): void {
    const before = this.#byUri.get(copy.uri);
    if (before?.videoId === copy.videoId) this.forget(before);
    this.#byUri.set(copy.uri, copy);
    this.#enter(copy);
  }

  /** The content was found elsewhere: it is not looked for again. */
  forget(copy: Copy): void {
    this.#bySample.get(copy.sample)?.delete(copy);
  }

  /** True where a copy below the folder was written after the folder itself was last changed. */
  newerBelow(folder: Uri, modifiedMs: number): boolean {
    for (const copy of this.#byUri.values()) {
      if (copy.modifiedMs > modifiedMs && isWithin(copy.uri, folder)) return true;
    }
    return false;
  }

  #enter(copy: Copy): void {
    if (copy.sample === '') return;
    const same = this.#bySample.get(copy.sample);
    if (same === undefined) this.#bySample.set(copy.sample, new Set([copy]));
    else same.add(copy);
  }
}
