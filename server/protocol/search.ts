import type { EvidenceKind, Ms, Scope, TimeRange, Tokens, Uri } from './base.ts';

export interface SearchParams extends Pick<Tokens, 'workDoneToken'> {
  /**
   * Words, and the operators "phrase", -word, in:, before:, after:, said:, shown:, tag:, speaker:. With `image` or `like`
   * it may be empty; what it holds narrows what is found.
   */
  readonly query: string;
  /** Finds what looks like this picture. */
  readonly image?: Image;
  /** Finds moments like this one, which is not among them. */
  readonly like?: LikeClip;
  /** How many hits at most; 10 where absent. */
  readonly k?: number;
  readonly scope?: Scope;
}

export interface Image {
  /** A JPEG or PNG in base64, at most 12 MiB of it. */
  readonly data: string;
}

export interface LikeClip {
  readonly clipId: string;
  /** The copy that is meant; any where absent. */
  readonly uri?: Uri;
}

export interface Evidence extends TimeRange {
  readonly kind: EvidenceKind;
  readonly text: string;
  readonly speaker?: string;
  /** BCP 47, absent where not known. */
  readonly language?: string;
  /** Where the text comes from: a sidecar's file name, `track 2`, a describer's name, ... */
  readonly source: string;
  /** Present where a person corrected it: what stood there before, and the id that brings it back. */
  readonly corrected?: { readonly id: string; readonly text: string; readonly speaker?: string };
}

export interface Hit {
  readonly clipId: string;
  readonly videoId: string;
  readonly uri: Uri;
  readonly path: string;
  /** The Clip that holds most of the hit. */
  readonly clip: TimeRange;
  /** The place to seek to: the smallest run of Cues that holds the evidence, never over 30 s. */
  readonly startMs: Ms;
  readonly endMs: Ms;
  /** 0..1, comparable within one result. */
  readonly score: number;
  /** True where the evidence is too thin for `ask` to answer from. */
  readonly weak: boolean;
  /** The URI with a W3C media fragment in seconds, `#t=83.2,97`. */
  readonly link: string;
  readonly evidence: readonly Evidence[];
}

export interface SearchResult {
  readonly hits: readonly Hit[];
}
