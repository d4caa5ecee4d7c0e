import type { Tokens, Uri } from './base.ts';

export interface IndexParams extends Tokens {
  /** Files or folders. */
  readonly uris: readonly Uri[];
  /** Watch the folders from now on. */
  readonly keep?: boolean;
}

export interface IndexResult {
  /** All that were found, failed ones too. */
  readonly videos: number;
  readonly clips: number;
  readonly failed: readonly { readonly path: string; readonly uri: Uri; readonly reason: string }[];
  readonly seconds: number;
}

/** The value of `$/progress` on the `partialResultToken` of `goldfish/index`. */
export interface IndexProgress {
  readonly videos: number;
  readonly done: number;
  readonly failed: number;
  readonly path?: string;
  readonly stage?: string;
  /** Media seconds indexed per second. */
  readonly speed?: number;
  readonly leftMs?: number;
}

export interface ReindexParams {
  /** A video or a folder; all where absent. */
  readonly uri?: Uri;
  /** One stage only; all where absent. */
  readonly stage?: string;
}

export interface ForgetParams {
  readonly uri: Uri;
}

/** What the request applied to. */
export interface CountResult {
  readonly videos: number;
}
