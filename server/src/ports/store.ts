import type { Description } from '../core/domain/description.ts';
import type { Outline, Passage } from '../core/domain/passage.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import type { VectorKind, VectorRow, VectorSpace } from '../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { ForgottenWork } from '../core/pipeline/forgotten-work.ts';
import type { PassageDigest } from '../core/ranking/passage-digest.ts';

/** Replaces all rows of one stage for one content (`uri` empty) or one copy. */
export interface RowReplacement<T> {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly rows: readonly T[];
}

/**
 * Describes one commit. The store writes descriptions, passages, outlines, vectors, videos, copies, then
 * removals. A crash in between leaves work to repeat, but never a record that claims missing rows.
 */
export interface WriteBatch {
  readonly descriptions?: readonly (RowReplacement<Description> & { readonly stage: Stage })[];
  readonly passages?: readonly RowReplacement<Passage>[];
  readonly outlines?: readonly Outline[];
  /**
   * Vectors of one role and dimension. They replace all existing ones of that content or copy, of any model.
   * Until then, vectors of an older model stay.
   */
  readonly vectors?: readonly (RowReplacement<VectorRow> & VectorSpace)[];
  readonly videos?: readonly VideoRecord[];
  readonly copies?: readonly VideoFile[];
  /** Removes copies with their own descriptions, passages, outlines and vectors. */
  readonly removedCopies?: readonly Uri[];
  /** Removes contents with all their rows, including those of copies that still refer to them. */
  readonly removedVideos?: readonly string[];
}

/** Restricts the rows of a query; all conditions apply. */
export interface RowFilter {
  readonly videoIds?: readonly string[];
  /** Allows rows of these copies, and rows that belong to content. */
  readonly uris?: readonly Uri[];
}

export interface PassageCandidate {
  readonly passage: Passage;
  /** Digest of the passage, if the store keeps one. */
  readonly digest?: PassageDigest;
  /** BM25 score of the full-text index. */
  readonly score: number;
}

export interface OutlineCandidate {
  /** Outline without its many terms, which are already part of the score. */
  readonly outline: Omit<Outline, 'terms'>;
  readonly score: number;
}

/** Restricts the vectors that are returned. */
export interface VectorFilter extends RowFilter {
  readonly kinds?: readonly VectorKind[];
  /** Includes the vectors of the neighbours. */
  readonly vectors?: boolean;
}

export interface VectorNeighbour {
  readonly row: Omit<VectorRow, 'made' | 'vector'> & { readonly vector?: Float32Array };
  /** Cosine similarity, -1..1. */
  readonly similarity: number;
}

/**
 * The index. One process writes it, and others may read it on object storage; commits run one at a time (the adapter serialises them). A commit is
 * idempotent. Once it resolves, it survives kill -9. Failures are thrown as StoreError
 * (core/errors/store-error.ts).
 */
export interface Store {
  copies(): Promise<readonly VideoFile[]>;
  videos(): Promise<readonly VideoRecord[]>;
  commit(batch: WriteBatch): Promise<void>;
  /** Returns all rows of a content, and of the copy if `uri` is given, in time order. */
  descriptions(videoId: string, uri: Uri | '', stages?: readonly Stage[]): Promise<readonly Description[]>;
  /**
   * Returns all rows of a content and of all its copies, in time order. Calls for several contents at the same time cost
   * little more than one.
   */
  allDescriptions(videoId: string): Promise<readonly Description[]>;
  /**
   * Returns the passages of a content (and of the copy if `uri` is given) that overlap the range; all without
   * a range.
   */
  passages(videoId: string, uri: Uri | '', range?: TimeRange): Promise<readonly Passage[]>;
  /**
   * Returns the best `limit` passages for analysed terms (space-separated; repeated terms count once), best
   * first.
   */
  matchPassages(
    terms: string,
    limit: number,
    filter: RowFilter,
    signal: AbortSignal,
  ): Promise<readonly PassageCandidate[]>;
  /**
   * Returns at most `limit` passages with a term within edit distance 2 of this one and the same first
   * letter, rare terms first. Rows that are not optimised yet may be missing.
   */
  matchSimilar(term: string, limit: number, signal: AbortSignal): Promise<readonly Passage[]>;
  matchOutlines(
    terms: string,
    limit: number,
    filter: RowFilter,
    signal: AbortSignal,
  ): Promise<readonly OutlineCandidate[]>;
  /** Returns the existing passages with these ids, in any order. */
  passagesById(ids: readonly string[]): Promise<readonly Passage[]>;
  /**
   * Returns the vectors of a model for exactly one content (`uri` empty) or one copy, in time order. Each
   * role has its own space.
   */
  vectors(space: VectorSpace, videoId: string, uri: Uri | ''): Promise<readonly VectorRow[]>;
  /** Returns the number of vectors of a model. */
  vectorCount(space: VectorSpace): number;
  /**
   * Returns the `limit` vectors of a model most similar to this unit vector, most similar first. Large tables
   * use an index, which may miss a few. Returns [] if the model has none of this dimension.
   */
  nearest(
    space: VectorSpace,
    vector: Float32Array,
    limit: number,
    filter: VectorFilter,
    signal: AbortSignal,
  ): Promise<readonly VectorNeighbour[]>;
  /**
   * Returns how often vectors were discarded because their files were damaged; part of the recipe of vector
   * stages.
   */
  lostVectorCount(): number;
  /** Returns one sentence, with a remedy, for each damaged part that was set aside in the data folder. */
  damage(): readonly string[];
  /**
   * Calls `listener` when damage was found and set aside while the store is open. Work with lost rows must be
   * repeated, and records and copies must be written again, because theirs may be lost too.
   */
  onDamage(listener: (work: ForgottenWork) => void): void;
  /**
   * Calls `listener` when this store shows changes that another process made. Only a store that never writes calls it.
   */
  onRefresh(listener: () => void): void;
  /** Compacts small writes and refreshes the search indexes; called when idle and after large commits. */
  optimize(signal: AbortSignal): Promise<void>;
  bytes(): Promise<number>;
  close(): Promise<void>;
}
