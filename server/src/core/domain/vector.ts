import { hashText } from '../text/hash-text.ts';
import type { LineKind } from './description.ts';
import type { TimeRange, Uri } from './time-range.ts';

/** Whose space a vector lies in: a text embedder's, or that of an embedder of pictures and words. */
export type VectorRole = 'text' | 'frame';

/** What was embedded; each kind apart, for their mixture decides what is found. */
export type VectorKind = Exclude<LineKind, 'facts' | 'title' | 'tag'>;

export const TEXT_KINDS: readonly VectorKind[] = ['caption', 'speech', 'description', 'screenText'];

/** One embedded piece of a video. Vectors are kept apart from Descriptions: another embedder never captions anew. */
export interface VectorRow extends TimeRange {
  /** Hash of place, kind, range and what was embedded. */
  readonly id: string;
  readonly videoId: string;
  /** The copy's where it rests on the path (sidecar Cues), else empty. */
  readonly uri: Uri | '';
  readonly kind: VectorKind;
  /** Hash of what was embedded: while it is the same, the vector holds. */
  readonly made: string;
  /** Length 1. */
  readonly vector: Float32Array;
}

/** Vectors of one model: they compare among themselves alone. */
export interface VectorSpace {
  readonly role: VectorRole;
  /** Name and revision. */
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

/** Cosine of the angle between two vectors of length 1; of two dimensions 0, for they compare not at all. */
export function cosineSimilarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
