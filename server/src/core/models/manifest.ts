import type { CaptionBudget } from '../generation/caption-prompt.ts';
import { chooseFilesToPull } from './model-files.ts';

export const MODEL_ROLES = [
  'captioner',
  'transcriber',
  'voiceDetector',
  'diariser',
  'reader',
  'textEmbedder',
  'frameEmbedder',
  'reranker',
  'answerer',
] as const;
export type ModelRole = (typeof MODEL_ROLES)[number];

/** One file of a model. Size (bytes) and hash are null if no source was read. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: number | null;
  /** SHA-256 in hex. */
  readonly sha256: string | null;
}

/** A repository of a model, and the folder that its files are stored in. */
export interface ModelPart {
  /** `owner/name` on the hub. */
  readonly id: string;
  readonly folder: string;
}

/** A model listed in models/manifest.json. null means that no source was read. */
export interface ManifestModel {
  /** `owner/name` on the hub. */
  readonly id: string;
  readonly role: ModelRole;
  /** True for the model used if the user chose none. */
  readonly default: boolean;
  /** Tells the user what the model is for and what it needs. */
  readonly note: string;
  readonly licence: string | null;
  /** Commit on the hub. */
  readonly revision: string | null;
  readonly files: readonly ManifestFile[] | null;
  /** Set for a model that the hub keeps in several repositories: each is pulled into a folder of its own. */
  readonly parts?: readonly ModelPart[];
  /** Size of the download for a CPU in bytes, to about a tenth. Used as long as the size of a file is unknown. */
  readonly pullBytesEstimate?: number;
  /** Set for captioners only. */
  readonly budget?: CaptionBudget;
  /** Set for captioners: time per clip on the CPU of a two-core machine, in ms; missing if not measured. */
  readonly clipMs?: number;
}

/** A part of ONNX Runtime that npm does not contain. */
export interface ManifestRuntime {
  /** Name by which the install script of onnxruntime-node knows it: `cuda12`. */
  readonly name: string;
  /** npm package and version that it belongs to. */
  readonly runtime: string;
  readonly platform: string;
  readonly arch: string;
  /** File names in ONNX Runtime's folder of binaries. */
  readonly files: readonly string[];
  /** Tells the user what must be installed on the machine. */
  readonly needs: string;
  /** The same requirements as names of shared libraries. */
  readonly libraries: readonly string[];
}

export interface Manifest {
  readonly version: 1;
  readonly models: readonly ManifestModel[];
  readonly runtimes: readonly ManifestRuntime[];
}

/** Returns the download size for a CPU, in bytes; undefined if the size of a file is unknown. */
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

/** Returns the download size for a CPU as far as it is known without the hub; {} if it is not. */
export function findPullSize(model: ManifestModel): {
  readonly pullBytes?: number;
  readonly pullBytesEstimated?: true;
} {
  const pullBytes = computePullBytes(model);
  if (pullBytes !== undefined) return { pullBytes };
  const { pullBytesEstimate } = model;
  return pullBytesEstimate === undefined ? {} : { pullBytes: pullBytesEstimate, pullBytesEstimated: true };
}

/** Returns the default model of a role. */
export function defaultModel(manifest: Manifest, role: ModelRole): ManifestModel | undefined {
  return manifest.models.find((model) => model.role === role && model.default);
}
