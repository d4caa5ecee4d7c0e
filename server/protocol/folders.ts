import type { Uri } from './base.ts';

export interface Folder {
  readonly uri: Uri;
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly poll: boolean;
  /** `offline`: the folder cannot be read now; its rows stay. */
  readonly state: 'watching' | 'scanning' | 'offline' | 'failed';
  /** What is wrong and what to do: always with `failed` and `offline`, else where folders inside cannot be read. */
  readonly reason?: string;
  readonly videos: number;
}

export interface FoldersAddParams {
  readonly uri: Uri;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Poll instead of relying on file events: for network drives. */
  readonly poll?: boolean;
}

export interface FoldersRemoveParams {
  readonly uri: Uri;
}

export interface FoldersResult {
  readonly folders: readonly Folder[];
}
