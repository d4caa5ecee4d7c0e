import type { CaptionBudget } from './captionPrompt.ts';

export const MODEL_ROLES = [
  'captioner',
  'transcriber',
  'textEmbedder',
  'frameEmbedder',
  'reranker',
  'answerer',
] as const;
export type ModelRole = (typeof MODEL_ROLES)[number];

/** One file of a model; size in bytes and hash are null where no source was read. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number | null;
  /** Hex. */
  readonly sha256: string | null;
}

/** A model as models/manifest.json names it. null: not read from a source. */
export interface ManifestModel {
  /** `owner/name` on the hub. */
  readonly id: string;
  readonly role: ModelRole;
  /** The one taken where a person chose none. */
  readonly default: boolean;
  /** What it is for and what it needs, for a person. */
  readonly note: string;
  readonly licence: string | null;
  /** A commit of the hub. */
  readonly revision: string | null;
  readonly files: readonly ManifestFile[] | null;
  /** Of captioners. */
  readonly budget?: CaptionBudget;
}

export interface Manifest {
  readonly version: 1;
  readonly models: readonly ManifestModel[];
}

/** The model that a role takes where a person chose none. */
export function defaultModel(manifest: Manifest, role: ModelRole): ManifestModel | undefined {
  return manifest.models.find((model) => model.role === role && model.default);
}
