import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { readManifest } from '../adapters/models/manifest.ts';
import { type FetchedPackage, fetchPackage, type NuGetFeed } from '../adapters/nuget/fetch.ts';
import { extractFile } from '../adapters/nuget/unzip.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelsDir } from '../base/paths.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { ManifestRuntime } from '../core/models/manifest.ts';

/** How the CUDA provider stands on this machine. */
export interface GpuState {
  readonly platform: string;
  /** What would be fetched; undefined where nothing applies to this platform. */
  readonly runtime: ManifestRuntime | undefined;
  /** Where ONNX Runtime looks for providers. */
  readonly folder: string;
  /** Its files lie there. */
  readonly here: boolean;
  /** Libraries that it needs, each with whether the system's loader knows it. */
  readonly libraries: readonly { readonly name: string; readonly found: boolean }[];
  /** An NVIDIA driver is loaded. */
  readonly driver: boolean;
}

export interface EnableGpuOptions {
  /** Address of the feed's service index. */
  readonly feed: string;
  readonly runtime: ManifestRuntime;
  readonly folder: string;
  /** Where the package lies while it is unpacked. */
  readonly cache: string;
  readonly onBytes: (bytes: number, total: number | undefined) => void;
  readonly onRetry: (message: string) => void;
}

/** Left free beside the package and its files, bytes. */
const SPARE_BYTES = 200_000_000;
/** Room kept for a package whose size is not known and for what is in it, bytes. */
const UNKNOWN_SIZE_BYTES = 2_000_000_000;

/** An install may do without it: the folder is then one that is not there. */
function runtimeFolder(): string {
  try {
    return dirname(
      createRequire(join(packageRoot(), 'package.json')).resolve('onnxruntime-node/package.json'),
    );
  } catch {
    return join(packageRoot(), 'node_modules/onnxruntime-node');
  }
}

/** The feed that onnxruntime-node's own install script takes, unless GOLDFISH_GPU_FEED names a mirror. */
export function gpuFeed(env: Readonly<Record<string, string | undefined>>): string {
  if (env.GOLDFISH_GPU_FEED) return env.GOLDFISH_GPU_FEED;
  const load = createRequire(join(runtimeFolder(), 'package.json'));
  const { feeds } = load('./script/install-metadata.js') as { feeds: { nuget: { index: string } } };
  return feeds.nuget.index;
}

/** What the loader's cache and LD_LIBRARY_PATH know; where ldconfig cannot be asked, nothing is known. */
function findLibraries(names: readonly string[], env: NodeJS.ProcessEnv) {
  let loaderCache = '';
  try {
    loaderCache = execFileSync('ldconfig', ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    // Not on PATH for this user, or not on this system.
  }
  const folders = (env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean);
  return names.map((name) => ({
    name,
    found: loaderCache.includes(`${name} `) || folders.some((folder) => existsSync(join(folder, name))),
  }));
}

/** Looks at this machine; asks nobody. */
export function gpuState(env: NodeJS.ProcessEnv = process.env): GpuState {
  const { platform, arch } = process;
  const runtime = readManifest().runtimes.find(
    (candidate) => candidate.platform === platform && candidate.arch === arch,
  );
  const folder = join(runtimeFolder(), 'bin', 'napi-v6', platform, arch);
  return {
    platform: `${platform} ${arch}`,
    runtime,
    folder,
    here: runtime?.files.every((file) => existsSync(join(folder, basename(file)))) ?? false,
    libraries: findLibraries(runtime?.libraries ?? [], env),
    driver: existsSync('/proc/driver/nvidia/version'),
  };
}

/** The standard place of a package while it is unpacked. */
export const gpuCache = () => join(modelsDir(), '.runtimes');

/**
 * Fetches the provider's package, verifies it against the pinned hash where there is one, and puts its libraries beside
 * ONNX Runtime. Rejects with UnavailableError and the signal's reason; what was fetched stays for the next try.
 */
export async function enableGpu(options: EnableGpuOptions, signal: AbortSignal): Promise<FetchedPackage> {
  const { runtime, folder, cache } = options;
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ModelUnavailableError(
      `${folder} cannot be written`,
      'Run the command as the user who installed Goldfish, or install it for yourself.',
      { cause: error },
    );
  }
  mkdirSync(cache, { recursive: true });
  for (const target of [cache, folder]) {
    const { bavail, bsize } = await statfs(target);
    if (bavail * bsize < (runtime.bytes ?? UNKNOWN_SIZE_BYTES) + SPARE_BYTES)
      throw new ModelUnavailableError(`${target} has less free space than is needed`, 'Free 2 GB there.');
  }
  const feed: NuGetFeed = {
    index: options.feed,
    silenceMs: 20_000,
    retries: 3,
    pauseMs: 1000,
    onRetry: options.onRetry,
  };
  const packageToFetch = { name: runtime.package, version: runtime.version, sha256: runtime.sha256 };
  const path = join(cache, `${runtime.package.toLowerCase()}.${runtime.version}.nupkg`);
  const fetchedPackage = await fetchPackage(feed, packageToFetch, path, options.onBytes, signal);
  try {
    for (const file of runtime.files) await extractFile(path, file, join(folder, basename(file)), signal);
  } finally {
    await rm(path, { force: true });
  }
  return fetchedPackage;
}
