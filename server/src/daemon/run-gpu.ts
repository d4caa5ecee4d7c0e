import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { readManifest } from '../adapters/models/manifest.ts';
import { toChildEnvironment } from '../base/child-environment.ts';
import { makeFolders } from '../base/make-folders.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelsDir } from '../base/paths.ts';
import { redactSecrets } from '../base/redact-secrets.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { ManifestRuntime } from '../core/models/manifest.ts';

/** State of ONNX Runtime's CUDA provider on this machine. */
export interface GpuState {
  readonly platform: string;
  /** Provider to download; undefined if none exists for this platform. */
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
  readonly runtime: ManifestRuntime;
  /** Folder of onnxruntime-node. */
  readonly packageFolder: string;
  /** Parent of the folder for the download. */
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line that the install script prints. */
  readonly onLine: (line: string) => void;
}

/** Free space required for the package and its contents, bytes. */
const REQUIRED_BYTES = 2_000_000_000;
/** Variables with which Node reaches the network. Node 24.5 and newer reads the proxies if NODE_USE_ENV_PROXY is set. */
const NETWORK_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];

/** Returns the folder of onnxruntime-node. If the package is not installed, that folder does not exist. */
export function runtimeFolder(): string {
  try {
    return dirname(
      createRequire(join(packageRoot(), 'package.json')).resolve('onnxruntime-node/package.json'),
    );
  } catch {
    return join(packageRoot(), 'node_modules/onnxruntime-node');
  }
}

const toProviderFolder = (packageFolder: string) =>
  join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch);

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
  const folder = toProviderFolder(runtimeFolder());
  return {
    platform: `${platform} ${arch}`,
    runtime,
    folder,
    isInstalled: runtime?.files.every((file) => existsSync(join(folder, file))) ?? false,
    libraries: findLibraries(runtime?.libraries ?? [], env),
    driver: existsSync('/proc/driver/nvidia/version'),
  };
}

/** Returns the default folder for downloads of runtimes. */
export const gpuCache = () => join(modelsDir(), '.runtimes');

/** Runs the install script of onnxruntime-node, with its temporary files in `tempFolder`. Returns what it reports as an error. */
async function runInstallScript(
  { runtime, packageFolder, env, onLine }: EnableGpuOptions,
  tempFolder: string,
  signal: AbortSignal,
): Promise<string> {
  const child = spawn(process.execPath, [join(packageFolder, 'script/install.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    env: toChildEnvironment(env, {
      inheritedVariables: NETWORK_VARIABLES,
      env: { ONNXRUNTIME_NODE_INSTALL: runtime.name, NODE_USE_ENV_PROXY: '1', TMPDIR: tempFolder },
    }),
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  createInterface({ input: child.stdout }).on('line', onLine);
  const [code, errorOutput] = await Promise.all([exit, text(child.stderr)]);
  if (code === 0) return '';
  // Node prints the source line and the stack around the error that ended the script.
  return /^\w*Error\b.*/m.exec(errorOutput)?.[0] ?? `exit code ${code}`;
}

/**
 * Downloads the provider next to ONNX Runtime with the install script of onnxruntime-node. Rejects with
 * ModelUnavailableError, or with the signal's reason; then none of the provider's files stay.
 */
export async function enableGpu(options: EnableGpuOptions, signal: AbortSignal): Promise<void> {
  const { runtime, packageFolder, cache } = options;
  const folder = toProviderFolder(packageFolder);
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
    if (bavail * bsize < REQUIRED_BYTES)
      throw new ModelUnavailableError(
        `Not enough free disk space in ${target}`,
        'Free up 2 GB on that disk.',
      );
  }
  const tempFolder = await mkdtemp(join(cache, 'install-'));
  let isComplete = false;
  try {
    const problem = await runInstallScript(options, tempFolder, signal);
    // The script exits with 0 if the connection ends in the middle of the download.
    isComplete = problem === '' && runtime.files.every((file) => existsSync(join(folder, file)));
    if (!isComplete)
      throw new ModelUnavailableError(
        `The CUDA provider was not installed: ${redactSecrets(problem || 'the download ended early')}`,
        'Check the network and HTTPS_PROXY, then run the command again.',
      );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await rm(tempFolder, { recursive: true, force: true });
    // A library that was copied in part would count as installed.
    if (!isComplete) for (const file of runtime.files) await rm(join(folder, file), { force: true });
  }
}
