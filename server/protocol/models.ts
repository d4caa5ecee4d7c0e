import type { Tokens } from './base.ts';
import type { Role } from './status.ts';

/** A model that is known of: from the manifest, or pulled by a person. */
export interface ModelEntry {
  /** `owner/name` on the hub. */
  readonly id: string;
  /** `captioner`, `transcriber`, `textEmbedder`, ...; absent for a model that only a person named. */
  readonly role?: string;
  /** What it is for and what it needs. */
  readonly note?: string;
  readonly licence?: string;
  /** The one taken where nobody chose. */
  readonly default: boolean;
  /** The hub's commit that lies here; absent where none does. */
  readonly revision?: string;
  /** On this disk. */
  readonly bytes?: number;
  /** What a pull fetches, in bytes; absent where the manifest does not tell the size of each file. */
  readonly pullBytes?: number;
}

export interface ModelsListResult {
  readonly models: readonly ModelEntry[];
  /** What serves each role now, and why. */
  readonly roles: readonly Role[];
  /** Where pulled models lie. */
  readonly folder: string;
  /** Address of the hub that a pull asks. */
  readonly hub: string;
  /** Downloads are switched off: the hub is never asked. */
  readonly offline: boolean;
}

export interface ModelsPullParams extends Tokens {
  /** `owner/name` or `owner/name@revision`; absent: the default captioner. */
  readonly model?: string;
  /** Also the graphs that an accelerator is best served with. */
  readonly accelerator?: boolean;
}

/** The value of `$/progress` on the `partialResultToken` of a pull. */
export interface PullProgress {
  readonly model: string;
  readonly file: string;
  /** Of this file. */
  readonly fileBytes: number;
  readonly fileTotalBytes: number;
  /** Of all files together. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** A fault that is being got over. */
  readonly note?: string;
}

export interface ModelsPullResult {
  readonly model: string;
  readonly revision: string;
  readonly licence?: string;
  readonly bytes: number;
  readonly folder: string;
}

export interface ModelsRemoveParams {
  readonly model: string;
}

/** A key for OpenAI-compatible hosts, kept in memory until the session that gave it ends; null takes it back. */
export interface ModelsKeyParams {
  readonly key: string | null;
}

export interface ModelsPinParams extends Tokens {
  /** `owner/name` of the manifest; absent: all of it. */
  readonly model?: string;
}

/** What the hub tells of a file; null where it does not. */
export interface PinnedFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex; null where the hub keeps no SHA-256 of the file. */
  readonly sha256: string | null;
}

export interface PinnedModel {
  readonly model: string;
  readonly revision: string;
  readonly licence: string | null;
  readonly files: readonly PinnedFile[];
}

export interface ModelsPinResult {
  readonly pinned: readonly PinnedModel[];
  /** Models that the hub did not tell of, each with why. */
  readonly failed: readonly { readonly model: string; readonly reason: string }[];
}
