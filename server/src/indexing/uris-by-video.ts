import type { Uri } from '../core/domain/time-range.ts';

/** The paths of each content. Nearly every content has one, for which a set would take 200 bytes. */
export class UrisByVideo {
  readonly #groups = new Map<string, Uri | Set<Uri>>();

  has(videoId: string): boolean {
    return this.#groups.has(videoId);
  }

  count(videoId: string): number {
    const group = this.#groups.get(videoId);
    if (group === undefined) return 0;
    return typeof group === 'string' ? 1 : group.size;
  }

  /** Returns the paths in their order. */
  sorted(videoId: string): readonly Uri[] {
    const group = this.#groups.get(videoId);
    if (group === undefined) return [];
    return typeof group === 'string' ? [group] : [...group].sort();
  }

  add(videoId: string, uri: Uri): void {
    const group = this.#groups.get(videoId);
    if (group === undefined) this.#groups.set(videoId, uri);
    else if (typeof group !== 'string') group.add(uri);
    else if (group !== uri) this.#groups.set(videoId, new Set([group, uri]));
  }

  delete(videoId: string, uri: Uri): void {
    const group = this.#groups.get(videoId);
    if (group === uri) this.#groups.delete(videoId);
    if (group === undefined || typeof group === 'string') return;
    group.delete(uri);
    if (group.size === 0) this.#groups.delete(videoId);
  }
}
