import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import type { Store, WriteBatch } from '../ports/store.ts';
import {
  addBatch,
  conflictsWith,
  createPendingBatch,
  type PendingBatch,
  toWriteBatch,
} from './pending-batch.ts';

/** Reads the catalogue as it stands when the change has its turn, and says what to write. */
export type CatalogueChange = (catalogue: CatalogueView) => WriteBatch | undefined;

export interface CatalogueView {
  copy(uri: Uri): VideoFile | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** In URI order, so that "the first copy" is the same at every call. */
  copiesOf(videoId: string): readonly VideoFile[];
  copies(): Iterable<VideoFile>;
  videos(): Iterable<VideoRecord>;
  /** The copy itself, or all copies below a folder. */
  under(uri: Uri): readonly VideoFile[];
}

interface QueuedChange {
  readonly change: CatalogueChange;
  readonly resolve: (videoIds: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
}

/** Changes that are applied to memory and go into one write. */
interface WriteTurn {
  readonly pending: PendingBatch;
  /** Takes the changes back, the last one first. */
  readonly undo: (() => void)[];
  readonly changes: { readonly queuedChange: QueuedChange; readonly touched: ReadonlySet<string> }[];
  /** Resolved when the write has ended, well or not. */
  readonly done: PromiseWithResolvers<void>;
}

function createWriteTurn(): WriteTurn {
  return { pending: createPendingBatch(), undo: [], changes: [], done: Promise.withResolvers<void>() };
}

/**
 * All copies and records in memory, and the one writer of the index. Changes take turns; those that wait while a
 * write is under way go into the next one together. A change that cannot be written is undone and rejects.
 */
export class VideoCatalogue implements CatalogueView {
  readonly #store: Store;
  readonly #copies = new Map<Uri, VideoFile>();
  readonly #videos = new Map<string, VideoRecord>();
  readonly #byVideo = new Map<string, Set<Uri>>();
  /** Copies by the paths at which their content lay before. */
  readonly #byFormer = new Map<Uri, Uri>();
  #revision = 0;
  #waiting: QueuedChange[] = [];
  #writing: Promise<void> | undefined;
  /** Contents whose change stands in memory and not yet in the index, with the end of that write. */
  readonly #unwritten = new Map<string, Promise<void>>();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async load(store: Store): Promise<VideoCatalogue> {
    const catalogue = new VideoCatalogue(store);
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

  copy(uri: Uri): VideoFile | undefined {
    return this.#copies.get(uri);
  }

  video(videoId: string): VideoRecord | undefined {
    return this.#videos.get(videoId);
  }

  copiesOf(videoId: string): readonly VideoFile[] {
    const uris = [...(this.#byVideo.get(videoId) ?? [])].sort();
    return uris.flatMap((uri) => this.#copies.get(uri) ?? []);
  }

  /** The copy whose content lay at a path before; which one, where several did, is the one written last. */
  findByFormerUri(uri: Uri): VideoFile | undefined {
    const currentUri = this.#byFormer.get(uri);
    return currentUri === undefined ? undefined : this.#copies.get(currentUri);
  }

  copies(): Iterable<VideoFile> {
    return this.#copies.values();
  }

  videos(): Iterable<VideoRecord> {
    return this.#videos.values();
  }

  under(uri: Uri): readonly VideoFile[] {
    const exactCopy = this.#copies.get(uri);
    if (exactCopy !== undefined) return [exactCopy];
    const copiesBelow: VideoFile[] = [];
    for (const copy of this.#copies.values()) if (isWithin(copy.uri, uri)) copiesBelow.push(copy);
    return copiesBelow;
  }

  /** Resolves with the contents touched once the index holds the change. */
  change(change: CatalogueChange): Promise<ReadonlySet<string>> {
    const written = new Promise<ReadonlySet<string>>((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
    });
    this.#writing ??= this.#write();
    return written;
  }

  /**
   * Resolves when the index holds (or could not take) what memory already says of a content; undefined where it does
   * by now. Whoever reads rows that the record names must wait for it.
   */
  pendingWrite(videoId: string): Promise<void> | undefined {
    return this.#unwritten.get(videoId);
  }

  /** Resolves when nothing is being written. */
  async whenIdle(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    // One turn of the loop lets changes that belong together meet in one write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const queued = this.#waiting;
      this.#waiting = [];
      await this.#writeTurn(queued);
    }
    this.#writing = undefined;
  }

  /** Writes changes as one, or as several where one puts what another removes. */
  async #writeTurn(queued: readonly QueuedChange[]): Promise<void> {
    let turn = createWriteTurn();
    for (const queuedChange of queued) {
      try {
        let batch = queuedChange.change(this);
        if (batch !== undefined && conflictsWith(turn.pending, batch)) {
          await this.#commit(turn);
          turn = createWriteTurn();
          batch = queuedChange.change(this);
        }
        if (batch === undefined) queuedChange.resolve(new Set());
        else this.#addToTurn(turn, queuedChange, batch);
      } catch (error) {
        queuedChange.reject(error);
      }
    }
    await this.#commit(turn);
  }

  #addToTurn(turn: WriteTurn, queuedChange: QueuedChange, batch: WriteBatch): void {
    const touched = this.#apply(batch, turn.undo);
    for (const videoId of touched) this.#unwritten.set(videoId, turn.done.promise);
    turn.changes.push({ queuedChange, touched });
    addBatch(turn.pending, batch);
  }

  /** Writes a turn; one that cannot be written is undone. Never rejects. */
  async #commit({ pending, undo, changes, done }: WriteTurn): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.#store.commit(toWriteBatch(pending));
      this.#revision += 1;
      for (const { queuedChange, touched } of changes) queuedChange.resolve(touched);
    } catch (error) {
      for (const step of undo.reverse()) step();
      for (const { queuedChange } of changes) queuedChange.reject(error);
    }
    for (const { touched } of changes) for (const videoId of touched) this.#unwritten.delete(videoId);
    done.resolve();
  }

  /** Applies to memory; pushes what takes it back. Returns the contents touched. */
  #apply(batch: WriteBatch, undo: (() => void)[]): ReadonlySet<string> {
    const touched = new Set<string>();
    const setCopy = (uri: Uri, copy: VideoFile | undefined) => {
      const before = this.#copies.get(uri);
      for (const changedCopy of [before, copy])
        if (changedCopy !== undefined) touched.add(changedCopy.videoId);
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
    for (const copy of batch.copies ?? []) setCopy(copy.uri, copy);
    for (const uri of batch.removedCopies ?? []) setCopy(uri, undefined);
    for (const videoId of batch.removedVideos ?? []) setVideo(videoId, undefined);
    return touched;
  }

  #setVideo(videoId: string, video: VideoRecord | undefined): void {
    if (video === undefined) this.#videos.delete(videoId);
    else this.#videos.set(videoId, video);
  }

  #setCopy(uri: Uri, copy: VideoFile | undefined): void {
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
