import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { readManifest } from '../adapters/models/manifest.ts';
import { type FetchedPackage, fetchPackage, type NuGetFeed } from '../adapters/nuget/fetch.ts';
import { extractFile } from '../adapters/nuget/unzip.ts';
import { toChildEnvironment } from '../base/child-environment.ts';
import { makeFolders } from '../base/make-folders.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelsDir } from '../base/paths.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { ManifestRuntime } from '../core/models/manifest.ts';

/** State of ONNX Runtime's CUDA provider on this machine. */
export interface GpuState {
  readonly platform: string;
  /** Package to download; undefined if none exists for this platform. */
  readonly runtime: ManifestRuntime | undefined;
  /** Folder in which ONNX Runtime looks for providers. */
  readonly folder: string;
  /** True if all files of the provider are in that folder. */
  readonly isInstalled: boolean;
  /** Libraries that the provider needs, and whether the system's loader finds them. */
  readonly libraries: readonly { readonly name: string; readonly isFound: boolean }[];
  /** True if an NVIDIA driver is loaded. */
  readonly driver: boolean;
}

export interface EnableGpuOptions {
  /** URL of the NuGet feed's service index. */
  readonly feed: string;
  readonly runtime: ManifestRuntime;
  readonly folder: string;
  /** Folder for the package while it is unpacked. */
  readonly cache: string;
  readonly onBytes: (bytes: number, total: number | undefined) => void;
  readonly onRetry: (message: string) => void;
}

/** Free space required beyond the package, bytes. */
const SPARE_BYTES = 200_000_000;
/** Space assumed for a package of unknown size and its contents, bytes. */
const UNKNOWN_SIZE_BYTES = 2_000_000_000;

/** Returns the folder of onnxruntime-node. If the package is not installed, that folder does not exist. */
function runtimeFolder(): string {
  try {
    return dirname(
      createRequire(join(packageRoot(), 'package.json')).resolve('onnxruntime-node/package.json'),
    );
  } catch {
    return join(packageRoot(), 'node_modules/onnxruntime-node');
  }
}

/** Returns the feed that onnxruntime-node's install script uses, or the mirror named by GOLDFISH_GPU_FEED. */
export function gpuFeed(env: Readonly<Record<string, string | undefined>>): string {
  if (env.GOLDFISH_GPU_FEED) return env.GOLDFISH_GPU_FEED;
  const load = createRequire(join(runtimeFolder(), 'package.json'));
  const { feeds } = load('./script/install-metadata.js') as { feeds: { nuget: { index: string } } };
  return feeds.nuget.index;
}

/**
 * Looks libraries up in the loader's cache and in LD_LIBRARY_PATH. Without ldconfig, only the latter counts.
 */
function findLibraries(names: readonly string[], env: NodeJS.ProcessEnv) {
  let loaderCache = '';
  try {
    loaderCache = execFileSync('ldconfig', ['-p'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: toChildEnvironment(process.env, {}),
    });
  } catch {
    // ldconfig is not on this user's PATH or not on this system.
  }
  const folders = (env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean);
  return names.map((name) => ({
    name,
    isFound: loaderCache.includes(`${name} `) || folders.some((folder) => existsSync(join(folder, name))),
  }));
}

/** Inspects this machine without any network access. */
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
    isInstalled: runtime?.files.every((file) => existsSync(join(folder, basename(file)))) ?? false,
    libraries: findLibraries(runtime?.libraries ?? [], env),
    driver: existsSync('/proc/driver/nvidia/version'),
  };
}

/** Returns the default folder for a package while it is unpacked. */
export const gpuCache = () => join(modelsDir(), '.runtimes');

/**
 * Downloads the provider's package, checks it against the pinned hash if there is one, and copies its
 * libraries to ONNX Runtime's folder. Rejects with ModelUnavailableError, or with the signal's reason. A
 * partial download stays and is resumed by the next call.
 */
export async function enableGpu(options: EnableGpuOptions, signal: AbortSignal): Promise<FetchedPackage> {
  const { runtime, folder, cache } = options;
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ModelUnavailableError(
      `Cannot write to ${folder}`,
      'Run the command as the user who installed Goldfish, or install it for yourself.',
      { cause: error },
    );
  }
  makeFolders(cache);
  for (const target of [cache, folder]) {
    const { bavail, bsize } = await statfs(target);
    if (bavail * bsize < (runtime.bytes ?? UNKNOWN_SIZE_BYTES) + SPARE_BYTES)
      throw new ModelUnavailableError(
        `Not enough free disk space in ${target}`,
        'Free up 2 GB on that disk.',
      );
  }
  const nugetFeed: NuGetFeed = {
    index: options.feed,
    silenceMs: 20_000,
    retries: 3,
    pauseMs: 1000,
    onRetry: options.onRetry,
  };
  const packageToFetch = { name: runtime.package, version: runtime.version, sha256: runtime.sha256 };
  const path = join(cache, `${runtime.package.toLowerCase()}.${runtime.version}.nupkg`);
  const fetchedPackage = await fetchPackage(nugetFeed, packageToFetch, path, options.onBytes, signal);
  try {
    for (const file of runtime.files) await extractFile(path, file, join(folder, basename(file)), signal);
  } finally {
    await rm(path, { force: true });
  }
  return fetchedPackage;
}
