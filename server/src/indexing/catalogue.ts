import { yieldToEventLoop } from '../base/yield-to-event-loop.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { Store, WriteBatch } from '../ports/store.ts';
import {
  addBatch,
  conflictsWith,
  createPendingBatch,
  type PendingBatch,
  toWriteBatch,
} from './pending-batch.ts';
import { UrisByVideo } from './uris-by-video.ts';

/** Reads the catalogue, including all earlier changes, and returns what to write; undefined for nothing. */
export type CatalogueChange = (catalogue: CatalogueView) => WriteBatch | undefined;

export interface CatalogueView {
  copy(uri: Uri): VideoFile | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** Returns the copies in URI order, so that the first one is the same at every call. */
  copiesOf(videoId: string): readonly VideoFile[];
  copies(): Iterable<VideoFile>;
  videos(): Iterable<VideoRecord>;
  /** Returns the copy at a path, or all copies below a folder. */
  under(uri: Uri): readonly VideoFile[];
}

interface QueuedChange {
  readonly change: CatalogueChange;
  readonly canWait: boolean;
  readonly resolve: (videoIds: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
}

/** Changes that are applied to memory and written together. */
interface WriteTurn {
  readonly pending: PendingBatch;
  /** Reverts the changes; to be called in reverse order. */
  readonly undo: (() => void)[];
  readonly changes: { readonly queuedChange: QueuedChange; readonly touchedVideos: ReadonlySet<string> }[];
  /** Resolved when the write has succeeded or failed. */
  readonly done: PromiseWithResolvers<void>;
}

/**
 * How long a change that can wait is kept for others to join its write, ms. A write costs the processor 20 ms or more,
 * however little it contains.
 */
const MAX_JOIN_WAIT_MS = 1000;
/** Number of changes that are written without waiting for more. */
const FULL_WRITE_CHANGES = 128;

/** Number of changes applied to memory between two turns of the event loop, which takes a few ms. */
const CHANGES_PER_SLICE = 100;

function createWriteTurn(): WriteTurn {
  return { pending: createPendingBatch(), undo: [], changes: [], done: Promise.withResolvers<void>() };
}

/**
 * Keeps all copies and records in memory and is the only writer of the index. Changes that arrive during a write go
 * into the next one together. A change that cannot be written is undone and rejects.
 */
export class VideoCatalogue implements CatalogueView {
  readonly #store: Store;
  readonly #copies = new Map<Uri, VideoFile>();
  readonly #videos = new Map<string, VideoRecord>();
  readonly #byVideo = new UrisByVideo();
  /** Maps former paths of a content to its current path. */
  readonly #byFormer = new Map<Uri, Uri>();
  #revision = 0;
  readonly #commitListeners = new Set<(videoIds: ReadonlySet<string>) => void>();
  #queuedChanges: QueuedChange[] = [];
  #writing: Promise<void> | undefined;
  /** Ends the wait for further changes; undefined while there is none. */
  #endJoinWait: (() => void) | undefined;
  /** Number of calls of `whenIdle` that wait. */
  #idleWaits = 0;
  /** Contents that are changed in memory but not yet in the index, with the end of their write. */
  readonly #unwritten = new Map<string, Promise<void>>();

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Loads what is stored. Removes contents without copies, which a kill between two commits leaves behind. */
  static async load(store: Store): Promise<VideoCatalogue> {
    const catalogue = new VideoCatalogue(store);
    const { orphanIds } = await catalogue.#read();
    // If this write fails, the next start repeats it.
    if (orphanIds.length > 0) catalogue.change(() => ({ removedVideos: orphanIds })).catch(() => undefined);
    return catalogue;
  }

  /** Loads an index that another process writes, and shows what that process changes. Writes nothing. */
  static async follow(store: Store, onError: (error: unknown) => void): Promise<VideoCatalogue> {
    const catalogue = new VideoCatalogue(store);
    await catalogue.#read();
    store.onRefresh(() => void catalogue.#refresh().catch(onError));
    return catalogue;
  }

  /** Replaces what is in memory by what is stored. Returns the contents that differ, and those without copies. */
  async #read(): Promise<{
    readonly changedIds: ReadonlySet<string>;
    readonly orphanIds: readonly string[];
  }> {
    const [videos, copies] = await Promise.all([this.#store.videos(), this.#store.copies()]);
    const changedIds = new Set<string>();
    const note = (videoId: string, previous: unknown, stored: unknown) => {
      if (JSON.stringify(previous) !== JSON.stringify(stored)) changedIds.add(videoId);
    };
    const gone = new Set(this.#copies.keys());
    for (const copy of copies) {
      const previous = this.#copies.get(copy.uri);
      note(copy.videoId, previous, copy);
      if (previous !== undefined && previous.videoId !== copy.videoId) changedIds.add(previous.videoId);
      gone.delete(copy.uri);
      this.#setCopy(copy.uri, copy);
    }
    for (const uri of gone) {
      changedIds.add(this.#copies.get(uri)?.videoId ?? '');
      this.#setCopy(uri, undefined);
    }
    const orphanIds: string[] = [];
    for (const video of videos) {
      if (!this.#byVideo.has(video.videoId)) orphanIds.push(video.videoId);
      else {
        note(video.videoId, this.#videos.get(video.videoId), video);
        this.#videos.set(video.videoId, video);
      }
    }
    const storedIds = new Set(videos.map(({ videoId }) => videoId));
    for (const videoId of [...this.#videos.keys()])
      if (!storedIds.has(videoId) || !this.#byVideo.has(videoId)) {
        changedIds.add(videoId);
        this.#videos.delete(videoId);
      }
    return { changedIds, orphanIds };
  }

  async #refresh(): Promise<void> {
    const { changedIds } = await this.#read();
    if (changedIds.size === 0) return;
    this.#revision += 1;
    for (const listener of this.#commitListeners) listener(changedIds);
  }

  get revision(): number {
    return this.#revision;
  }

  /** True while a change waits or is being written. */
  get writing(): boolean {
    return this.#writing !== undefined;
  }

  /** Calls the listener with the changed contents after each write. */
  onCommit(listener: (videoIds: ReadonlySet<string>) => void): void {
    this.#commitListeners.add(listener);
  }

  copy(uri: Uri): VideoFile | undefined {
    return this.#copies.get(uri);
  }

  video(videoId: string): VideoRecord | undefined {
    return this.#videos.get(videoId);
  }

  copiesOf(videoId: string): readonly VideoFile[] {
    return this.#byVideo.sorted(videoId).flatMap((uri) => this.#copies.get(uri) ?? []);
  }

  copyCount(videoId: string): number {
    return this.#byVideo.count(videoId);
  }

  /** Returns the copy whose content was at a path before; of several, the one written last. */
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
    const start = uri.endsWith('/') ? uri : `${uri}/`;
    for (const copy of this.#copies.values()) if (copy.uri.startsWith(start)) copiesBelow.push(copy);
    return copiesBelow;
  }

  /**
   * Resolves with the changed contents once the change is in the index. A change that can wait is written together with
   * others that follow soon.
   */
  change(change: CatalogueChange, canWait = false): Promise<ReadonlySet<string>> {
    const writtenVideos = new Promise<ReadonlySet<string>>((resolve, reject) => {
      this.#queuedChanges.push({ change, canWait, resolve, reject });
    });
    if (!this.#canWait()) this.#endJoinWait?.();
    this.#writing ??= this.#write();
    return writtenVideos;
  }

  /**
   * Resolves when the pending write of a content has succeeded or failed; undefined if none is pending. Wait for it
   * before reading rows that the record names.
   */
  pendingWrite(videoId: string): Promise<void> | undefined {
    return this.#unwritten.get(videoId);
  }

  /** Resolves when nothing is being written. */
  async whenIdle(): Promise<void> {
    this.#idleWaits += 1;
    this.#endJoinWait?.();
    while (this.#writing !== undefined) await this.#writing;
    this.#idleWaits -= 1;
  }

  /** Returns whether the next write may wait for further changes. */
  #canWait(): boolean {
    return (
      this.#idleWaits === 0 &&
      this.#queuedChanges.length < FULL_WRITE_CHANGES &&
      this.#queuedChanges.every(({ canWait }) => canWait)
    );
  }

  async #waitForOthers(): Promise<void> {
    if (!this.#canWait()) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#endJoinWait = resolve;
      timer = setTimeout(resolve, MAX_JOIN_WAIT_MS);
    });
    this.#endJoinWait = undefined;
    clearTimeout(timer);
  }

  async #write(): Promise<void> {
    // Lets changes that belong together meet in one write.
    await yieldToEventLoop();
    while (this.#queuedChanges.length > 0) {
      await this.#waitForOthers();
      const queuedChanges = this.#queuedChanges;
      this.#queuedChanges = [];
      await this.#writeTurn(queuedChanges);
    }
    this.#writing = undefined;
  }

  /**
   * Applies changes in slices and writes them together. A change that puts what another removes starts a new write.
   */
  async #writeTurn(queuedChanges: readonly QueuedChange[]): Promise<void> {
    let writeTurn = createWriteTurn();
    for (const [index, queuedChange] of queuedChanges.entries()) {
      if (index > 0 && index % CHANGES_PER_SLICE === 0) await yieldToEventLoop();
      try {
        let batch = queuedChange.change(this);
        if (batch !== undefined && conflictsWith(writeTurn.pending, batch)) {
          await this.#commit(writeTurn);
          writeTurn = createWriteTurn();
          batch = queuedChange.change(this);
        }
        if (batch === undefined) queuedChange.resolve(new Set());
        else this.#addToTurn(writeTurn, queuedChange, batch);
      } catch (error) {
        queuedChange.reject(error);
      }
    }
    await this.#commit(writeTurn);
  }

  #addToTurn(writeTurn: WriteTurn, queuedChange: QueuedChange, batch: WriteBatch): void {
    const touchedVideos = this.#apply(batch, writeTurn.undo);
    for (const videoId of touchedVideos) this.#unwritten.set(videoId, writeTurn.done.promise);
    writeTurn.changes.push({ queuedChange, touchedVideos });
    addBatch(writeTurn.pending, batch);
  }

  /** Writes a turn and undoes it if that fails. Never rejects. */
  async #commit({ pending, undo, changes, done }: WriteTurn): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.#store.commit(toWriteBatch(pending));
      this.#revision += 1;
      for (const { queuedChange, touchedVideos } of changes) queuedChange.resolve(touchedVideos);
      const changedVideos = new Set(changes.flatMap(({ touchedVideos }) => [...touchedVideos]));
      for (const listener of this.#commitListeners) listener(changedVideos);
    } catch (error) {
      for (const step of undo.reverse()) step();
      for (const { queuedChange } of changes) queuedChange.reject(error);
    }
    for (const { touchedVideos } of changes)
      for (const videoId of touchedVideos) this.#unwritten.delete(videoId);
    done.resolve();
  }

  /** Applies a batch to memory and adds what reverts it to `undo`. Returns the changed contents. */
  #apply(batch: WriteBatch, undo: (() => void)[]): ReadonlySet<string> {
    const touchedVideos = new Set<string>();
    const setCopy = (uri: Uri, copy: VideoFile | undefined) => {
      const previousCopy = this.#copies.get(uri);
      for (const changedCopy of [previousCopy, copy])
        if (changedCopy !== undefined) touchedVideos.add(changedCopy.videoId);
      this.#setCopy(uri, copy);
      undo.push(() => this.#setCopy(uri, previousCopy));
    };
    const setVideo = (videoId: string, video: VideoRecord | undefined) => {
      const previousRecord = this.#videos.get(videoId);
      touchedVideos.add(videoId);
      this.#setVideo(videoId, video);
      undo.push(() => this.#setVideo(videoId, previousRecord));
    };
    for (const video of batch.videos ?? []) setVideo(video.videoId, video);
    for (const copy of batch.copies ?? []) setCopy(copy.uri, copy);
    for (const uri of batch.removedCopies ?? []) setCopy(uri, undefined);
    for (const videoId of batch.removedVideos ?? []) setVideo(videoId, undefined);
    return touchedVideos;
  }

  #setVideo(videoId: string, video: VideoRecord | undefined): void {
    if (video === undefined) this.#videos.delete(videoId);
    else this.#videos.set(videoId, video);
  }

  #setCopy(uri: Uri, copy: VideoFile | undefined): void {
    const previousCopy = this.#copies.get(uri);
    if (previousCopy !== undefined) {
      this.#byVideo.delete(previousCopy.videoId, uri);
      for (const formerUri of previousCopy.formerUris ?? [])
        if (this.#byFormer.get(formerUri) === uri) this.#byFormer.delete(formerUri);
    }
    if (copy === undefined) {
      this.#copies.delete(uri);
      return;
    }
    this.#copies.set(uri, copy);
    for (const formerUri of copy.formerUris ?? []) this.#byFormer.set(formerUri, uri);
    this.#byVideo.add(copy.videoId, uri);
  }
}
