import type { Uri } from '../core/range.ts';
import { isWithin } from '../core/reconcile.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Batch, Store } from '../ports/store.ts';

/** Reads the catalogue as it stands when the change has its turn, and says what to write. */
export type Change = (catalogue: CatalogueView) => Batch | undefined;

export interface CatalogueView {
  copy(uri: Uri): Copy | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** In URI order, so that "the first copy" is the same at every call. */
  copiesOf(videoId: string): readonly Copy[];
  copies(): Iterable<Copy>;
  videos(): Iterable<VideoRecord>;
  /** The copy itself, or all copies below a folder. */
  under(uri: Uri): readonly Copy[];
}

interface Waiting {
  readonly change: Change;
  readonly resolve: (videoIds: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * All copies and records in memory, and the one writer of the index. Changes take turns; those that wait while a
 * write is under way go into the next one together. A change that cannot be written is undone and rejects.
 */
export class Catalogue implements CatalogueView {
  readonly #store: Store;
  readonly #copies = new Map<Uri, Copy>();
  readonly #videos = new Map<string, VideoRecord>();
  readonly #byVideo = new Map<string, Set<Uri>>();
  /** Copies by the paths at which their content lay before. */
  readonly #byFormer = new Map<Uri, Uri>();
  #revision = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** Contents whose change stands in memory and not yet in the index, with the end of that write. */
  readonly #unwritten = new Map<string, Promise<void>>();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async load(store: Store): Promise<Catalogue> {
    const catalogue = new Catalogue(store);
    const [videos, copies] = await Promise.all([store.videos(), store.copies()]);
    for (const video of videos) catalogue.#videos.set(video.videoId, video);
    for (const copy of copies) catalogue.#setCopy(copy.uri, copy);
    return catalogue;
  }

  get revision(): number {
    return this.#revision;
  }

  /** True while a change waits or is being written. */
  get writing(): boolean {
    return this.#writing !== undefined;
  }

  copy(uri: Uri): Copy | undefined {
    return this.#copies.get(uri);
  }

  video(videoId: string): VideoRecord | undefined {
    return this.#videos.get(videoId);
  }

  copiesOf(videoId: string): readonly Copy[] {
    const uris = [...(this.#byVideo.get(videoId) ?? [])].sort();
    return uris.flatMap((uri) => this.#copies.get(uri) ?? []);
  }

  /** The copy whose content lay at a path before; which one, where several did, is the one written last. */
  formerly(uri: Uri): Copy | undefined {
    const now = this.#byFormer.get(uri);
    return now === undefined ? undefined : this.#copies.get(now);
  }

  copies(): Iterable<Copy> {
    return this.#copies.values();
  }

  videos(): Iterable<VideoRecord> {
    return this.#videos.values();
  }

  under(uri: Uri): readonly Copy[] {
    const one = this.#copies.get(uri);
    if (one !== undefined) return [one];
    const found: Copy[] = [];
    for (const copy of this.#copies.values()) if (isWithin(copy.uri, uri)) found.push(copy);
    return found;
  }

  /** Resolves with the contents touched once the index holds the change. */
  change(change: Change): Promise<ReadonlySet<string>> {
    const done = new Promise<ReadonlySet<string>>((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
    });
    this.#writing ??= this.#write();
    return done;
  }

  /**
   * Resolves when the index holds (or could not take) what memory already says of a content; undefined where it does
   * by now. Whoever reads rows that the record names must wait for it.
   */
  unwritten(videoId: string): Promise<void> | undefined {
    return this.#unwritten.get(videoId);
  }

  /** Resolves when nothing is being written. */
  async quiet(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    // One turn of the loop lets changes that belong together meet in one write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const turn = this.#waiting;
      this.#waiting = [];
      await this.#writeTurn(turn);
    }
    this.#writing = undefined;
  }

  async #writeTurn(turn: readonly Waiting[]): Promise<void> {
    let group: { readonly waiting: Waiting; readonly touched: ReadonlySet<string> }[] = [];
    let batch: Batch = {};
    let undo: (() => void)[] = [];
    let written = Promise.withResolvers<void>();
    const flush = async () => {
      const flushed = group;
      const back = undo;
      const write = batch;
      const end = written;
      group = [];
      undo = [];
      batch = {};
      written = Promise.withResolvers<void>();
      if (flushed.length === 0) return;
      try {
        await this.#store.commit(write);
        this.#revision += 1;
        for (const { waiting, touched } of flushed) waiting.resolve(touched);
      } catch (error) {
        for (const step of back.reverse()) step();
        for (const { waiting } of flushed) waiting.reject(error);
      }
      for (const { touched } of flushed) for (const videoId of touched) this.#unwritten.delete(videoId);
      end.resolve();
    };
    for (const waiting of turn) {
      let next: Batch | undefined;
      try {
        next = waiting.change(this);
        if (next !== undefined && clash(batch, next)) {
          await flush();
          next = waiting.change(this);
        }
      } catch (error) {
        waiting.reject(error);
        continue;
      }
      if (next === undefined) {
        waiting.resolve(new Set());
        continue;
      }
      const touched = this.#apply(next, undo);
      for (const videoId of touched) this.#unwritten.set(videoId, written.promise);
      group.push({ waiting, touched });
      batch = merge(batch, next);
    }
    await flush();
  }

  /** Applies to memory; pushes what takes it back. Returns the contents touched. */
  #apply(batch: Batch, undo: (() => void)[]): ReadonlySet<string> {
    const touched = new Set<string>();
    const set = (uri: Uri, copy: Copy | undefined) => {
      const before = this.#copies.get(uri);
      for (const one of [before, copy]) if (one !== undefined) touched.add(one.videoId);
      this.#setCopy(uri, copy);
      undo.push(() => this.#setCopy(uri, before));
    };
    const setVideo = (videoId: string, video: VideoRecord | undefined) => {
      const before = this.#videos.get(videoId);
      touched.add(videoId);
      this.#setVideo(videoId, video);
      undo.push(() => this.#setVideo(videoId, before));
    };
    for (const video of batch.videos ?? []) setVideo(video.videoId, video);
    for (const copy of batch.copies ?? []) set(copy.uri, copy);
    for (const uri of batch.removedCopies ?? []) set(uri, undefined);
    for (const videoId of batch.removedVideos ?? []) setVideo(videoId, undefined);
    return touched;
  }

  #setVideo(videoId: string, video: VideoRecord | undefined): void {
    if (video === undefined) this.#videos.delete(videoId);
    else this.#videos.set(videoId, video);
  }

  #setCopy(uri: Uri, copy: Copy | undefined): void {
    const before = this.#copies.get(uri);
    if (before !== undefined) {
      const uris = this.#byVideo.get(before.videoId);
      uris?.delete(uri);
      if (uris?.size === 0) this.#byVideo.delete(before.videoId);
      for (const former of before.formerUris ?? [])
        if (this.#byFormer.get(former) === uri) this.#byFormer.delete(former);
    }
    if (copy === undefined) {
      this.#copies.delete(uri);
      return;
    }
    this.#copies.set(uri, copy);
    for (const former of copy.formerUris ?? []) this.#byFormer.set(former, uri);
    const uris = this.#byVideo.get(copy.videoId);
    if (uris === undefined) this.#byVideo.set(copy.videoId, new Set([uri]));
    else uris.add(uri);
  }
}

/** The store removes last: a batch that puts what another removes must go by itself. */
function clash(a: Batch, b: Batch): boolean {
  const puts = (batch: Batch) =>
    new Set([
      ...(batch.copies ?? []).flatMap((copy) => [copy.uri, copy.videoId]),
      ...(batch.videos ?? []).map((video) => video.videoId),
    ]);
  const removed = (batch: Batch) => [...(batch.removedCopies ?? []), ...(batch.removedVideos ?? [])];
  const hasAny = (set: ReadonlySet<string>, ids: readonly string[]) => ids.some((id) => set.has(id));
  return hasAny(puts(b), removed(a)) || hasAny(puts(a), removed(b));
}

/** Later rows stand for earlier ones of the same key. */
function merge(a: Batch, b: Batch): Batch {
  const last = <T>(one: readonly T[] | undefined, two: readonly T[] | undefined, key: (row: T) => string) => [
    ...new Map([...(one ?? []), ...(two ?? [])].map((row) => [key(row), row])).values(),
  ];
  return {
    descriptions: last(a.descriptions, b.descriptions, (row) => `${row.videoId}\n${row.uri}\n${row.stage}`),
    passages: last(a.passages, b.passages, (row) => `${row.videoId}\n${row.uri}`),
    vectors: last(a.vectors, b.vectors, (row) => `${row.videoId}\n${row.uri}\n${row.role}`),
    outlines: last(a.outlines, b.outlines, (row) => row.uri),
    videos: last(a.videos, b.videos, (row) => row.videoId),
    copies: last(a.copies, b.copies, (row) => row.uri),
    removedCopies: [...new Set([...(a.removedCopies ?? []), ...(b.removedCopies ?? [])])],
    removedVideos: [...new Set([...(a.removedVideos ?? []), ...(b.removedVideos ?? [])])],
  };
}
