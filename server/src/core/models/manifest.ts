import type { CaptionBudget } from '../generation/caption-prompt.ts';
import { chooseFilesToPull } from './model-files.ts';

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
  /** Of captioners: what a clip took on the CPU of a two-core machine, ms; absent where nobody measured it. */
  readonly clipMs?: number;
}

/** A part of ONNX Runtime that npm does not carry. null: not read from a source. */
export interface ManifestRuntime {
  /** `cuda` */
  readonly name: string;
  /** The npm package and version that it belongs to. */
  readonly runtime: string;
  readonly platform: string;
  readonly arch: string;
  /** Name and version of the package in the feed. */
  readonly package: string;
  readonly version: string;
  /** Of the package. */
  readonly bytes: number | null;
  /** Of the package; hex. */
  readonly sha256: string | null;
  /** Paths inside the package. */
  readonly files: readonly string[];
  /** What must be on the machine, for a person. */
  readonly needs: string;
  /** The same as names of shared libraries. */
  readonly libraries: readonly string[];
}

export interface Manifest {
  readonly version: 1;
  readonly models: readonly ManifestModel[];
  readonly runtimes: readonly ManifestRuntime[];
}

/** Bytes that a pull for a CPU fetches; undefined where the size of a file is not known. */
export function computePullBytes({ files }: ManifestModel): number | undefined {
  if (!files) return undefined;
  const paths = new Set(
    chooseFilesToPull(
      files.map(({ path }) => path),
      false,
    ),
  );
  const sizes = files.filter(({ path }) => paths.has(path)).map(({ bytes }) => bytes);
  return sizes.reduce<number | undefined>(
    (sum, bytes) => (sum === undefined || bytes === null ? undefined : sum + bytes),
    0,
  );
}

/** The model that a role takes where a person chose none. */
export function defaultModel(manifest: Manifest, role: ModelRole): ManifestModel | undefined {
  return manifest.models.find((model) => model.role === role && model.default);
}
