import type { Description } from '../core/domain/description.ts';
import type { Outline, Passage } from '../core/domain/passage.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { TimeRange, Uri } from '../core/domain/time-range.ts';
import type { VectorKind, VectorRow, VectorSpace } from '../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { ForgottenWork } from '../core/pipeline/forgotten-work.ts';

/** Rows of one stage for one content (`uri` empty) or one copy: those given replace all that stood there. */
export interface RowReplacement<T> {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly rows: readonly T[];
}

/**
 * What one commit writes. Order inside the store: descriptions, passages, outlines, vectors, videos, copies, then removals;
 * so that a crash between them leaves work to do again and never a row that claims what is not there.
 */
export interface WriteBatch {
  readonly descriptions?: readonly (RowReplacement<Description> & { readonly stage: Stage })[];
  readonly passages?: readonly RowReplacement<Passage>[];
  readonly outlines?: readonly Outline[];
  /**
   * Vectors of one role, all of one dimension: those given replace all that stood there, of whatever model. A content
   * whose vectors are of an older model keeps them until then.
   */
  readonly vectors?: readonly (RowReplacement<VectorRow> & VectorSpace)[];
  readonly videos?: readonly VideoRecord[];
  readonly copies?: readonly VideoFile[];
  /** Removes the copies with their own descriptions, passages, outlines and vectors. */
  readonly removedCopies?: readonly Uri[];
  /** Removes contents with all their rows, those of copies that still name them too. */
  readonly removedVideos?: readonly string[];
}

/** Which rows a word query may return; all conditions hold together. */
export interface RowFilter {
  readonly videoIds?: readonly string[];
  /** Rows of these copies, and rows that belong to content. */
  readonly uris?: readonly Uri[];
}

export interface PassageCandidate {
  readonly passage: Passage;
  /** BM25 of the full-text index. */
  readonly score: number;
}

export interface OutlineCandidate {
  /** Without its words: they are many, and the score has counted them. */
  readonly outline: Omit<Outline, 'terms'>;
  readonly score: number;
}

/** Which vectors may be returned. */
export interface VectorFilter extends RowFilter {
  readonly kinds?: readonly VectorKind[];
  /** Gives the neighbours' vectors too. */
  readonly vectors?: boolean;
}

export interface VectorNeighbour {
  readonly row: Omit<VectorRow, 'made' | 'vector'> & { readonly vector?: Float32Array };
  /** Cosine, -1..1. */
  readonly similarity: number;
}

/**
 * The index. One process opens it; one writer at a time commits (the adapter serialises). A commit is idempotent:
 * the same batch twice leaves the same rows. Once a commit resolves, kill -9 does not lose it. What fails is
 * thrown as StoreError (core/errors/store-error.ts).
 */
export interface Store {
  copies(): Promise<readonly VideoFile[]>;
  videos(): Promise<readonly VideoRecord[]>;
  commit(batch: WriteBatch): Promise<void>;
  /** All rows of a content and, where `uri` is given, of that copy, in time order. */
  descriptions(videoId: string, uri: Uri | '', stages?: readonly Stage[]): Promise<readonly Description[]>;
  /** Passages of a content (and of that copy where `uri` is given) that touch the range; all where absent. */
  passages(videoId: string, uri: Uri | '', range?: TimeRange): Promise<readonly Passage[]>;
  /** Best `limit` passages for analysed terms (space-separated, a repeated one counts once), best first. */
  matchPassages(
    terms: string,
    limit: number,
    filter: RowFilter,
    signal: AbortSignal,
  ): Promise<readonly PassageCandidate[]>;
  /**
   * Passages with a term at most two letters away from this one (each put in, left out or changed), the first letter
   * the same; at most `limit`, those of rare terms first. Rows not optimised yet may be missing.
   */
  matchSimilar(term: string, limit: number, signal: AbortSignal): Promise<readonly Passage[]>;
  matchOutlines(
    terms: string,
    limit: number,
    filter: RowFilter,
    signal: AbortSignal,
  ): Promise<readonly OutlineCandidate[]>;
  /** The passages with these ids, of those that there are, in any order. */
  passagesById(ids: readonly string[]): Promise<readonly Passage[]>;
  /** Vectors of a model for one content (`uri` empty) or one copy alone, in time order; all roles' spaces are apart. */
  vectors(space: VectorSpace, videoId: string, uri: Uri | ''): Promise<readonly VectorRow[]>;
  /** How many vectors of a model there are. */
  vectorCount(space: VectorSpace): number;
  /**
   * The `limit` vectors of a model that lie nearest to this one (length 1), nearest first; nearly always all of them,
   * where there are so many that an index answers. None where the model has none of this dimension.
   */
  nearest(
    space: VectorSpace,
    vector: Float32Array,
    limit: number,
    filter: VectorFilter,
    signal: AbortSignal,
  ): Promise<readonly VectorNeighbour[]>;
  /** How often vectors had to be given up because their files were damaged: part of the recipe of what makes them. */
  lostVectorCount(): number;
  /** Which damaged parts were set aside and still lie in the data folder: a sentence each, with what to do. */
  damage(): readonly string[];
  /**
   * `listener` hears of damage that was met and set aside while the store is open. Work whose rows went with it is
   * to be done again, and records and copies are to be written again, for theirs may be among the lost.
   */
  onDamage(listener: (work: ForgottenWork) => void): void;
  /** Folds small writes together and refreshes the search indexes; called when idle and after large commits. */
  optimize(signal: AbortSignal): Promise<void>;
  bytes(): Promise<number>;
  close(): Promise<void>;
}
