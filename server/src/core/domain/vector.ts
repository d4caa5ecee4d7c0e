import { hashText } from '../text/hash-text.ts';
import type { LineKind } from './description.ts';
import type { TimeRange, Uri } from './time-range.ts';

/** Names the vector space: that of a text embedder, or of an image-text embedder. */
export type VectorRole = 'text' | 'frame';

/** Names what was embedded. Kinds are searched separately, because their mixture decides what is found. */
export type VectorKind = Exclude<LineKind, 'facts' | 'title' | 'tag'>;

export const TEXT_KINDS: readonly VectorKind[] = ['caption', 'speech', 'description', 'screenText'];

/**
 * One embedded piece of a video. Vectors are stored apart from Descriptions, so changing the embedder never
 * repeats captioning.
 */
export interface VectorRow extends TimeRange {
  /** Hash of place, kind, range and embedded content. */
  readonly id: string;
  readonly videoId: string;
  /** URI of the copy if the row depends on the path (sidecar cues); otherwise empty. */
  readonly uri: Uri | '';
  readonly kind: VectorKind;
  /** Hash of the embedded content. While it is unchanged, the vector stays valid. */
  readonly made: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** Identifies the vectors of one model. Vectors of different models cannot be compared. */
export interface VectorSpace {
  readonly role: VectorRole;
  /** Model name and revision. */
  readonly model: string;
}

export function toModelRevision({
  name,
  revision,
}: {
  readonly name: string;
  readonly revision: string;
}): string {
  return `${name}@${revision}`;
}

export function toVectorId(row: Omit<VectorRow, 'id' | 'vector'>): string {
  return hashText([row.videoId, row.uri, row.kind, row.startMs, row.endMs, row.made].join('\n'));
}

/** Returns the cosine similarity of two unit vectors; 0 if their dimensions differ. */
export function cosineSimilarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
