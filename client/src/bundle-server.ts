// Bundles the part of the server that the extension contains, and the manifest of the part that npm installs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listLicences } from '../../server/pack/licences.ts';
import {
  LANCEDB_PACKAGE,
  type PackageManifest,
  toStoreManifest,
} from '../../server/pack/package-manifest.ts';

const root = join(import.meta.dirname, '../..');
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Maps the platforms of the marketplace to LanceDB's native packages. `universal` contains none. */
export const TARGETS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64-gnu',
  'linux-arm64': 'linux-arm64-gnu',
  'alpine-x64': 'linux-x64-musl',
  'alpine-arm64': 'linux-arm64-musl',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64-msvc',
  'win32-arm64': 'win32-arm64-msvc',
};
export const UNIVERSAL = 'universal';

/** Lists the packages of the index. They are outside the bundle (`esbuild.mjs`) and included if the target is known. */
const INDEX_PACKAGES = [LANCEDB_PACKAGE, 'apache-arrow', 'write-file-atomic'];
/** Lists the packages that read media and run models. They are outside the bundle, and npm installs them. */
const NPM_PACKAGES = [
  '@huggingface/transformers',
  '@tesseract.js-data/eng',
  'node-av',
  'onnxruntime-node',
  'sharp',
  'tesseract.js',
];
/** A Node for each platform, with the checksum that npm holds it to. */
const NODE_PACKAGES: Readonly<Record<string, PinnedPackage>> = readJson(
  join(root, 'server/bin/node-packages.json'),
);
/** Lists the dependencies of LanceDB that Goldfish never loads. */
const UNUSED_PACKAGES = new Set(['openai', '@huggingface/transformers']);

const APP_FILES = ['LICENSE', 'models/manifest.json', 'server/bin', 'server/protocol/schema.json'];

interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly integrity?: string;
  readonly version?: string;
}
export type LockPackages = Readonly<Record<string, LockEntry>>;

/** Finds a package's dependency in a lock file, by Node's resolution. Returns undefined if it is missing. */
function findInLock(packages: LockPackages, from: string, name: string): string | undefined {
  const lockPath = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (lockPath in packages) return lockPath;
  if (from === '') return undefined;
  const parentIndex = from.lastIndexOf('/node_modules/');
  return findInLock(packages, parentIndex < 0 ? '' : from.slice(0, parentIndex), name);
}

/** Returns the lock file paths of packages and all their dependencies. Leaves out types, which nothing needs at run time. */
export function dependencyClosure(packages: LockPackages, names: readonly string[]): readonly string[] {
  const lockPaths = new Set<string>();
  const addDependency = (from: string, name: string) => {
    if (name.startsWith('@types/') || UNUSED_PACKAGES.has(name)) return;
    const lockPath = findInLock(packages, from, name);
    if (lockPath === undefined || lockPaths.has(lockPath)) return;
    lockPaths.add(lockPath);
    const { dependencies, peerDependencies } = packages[lockPath] ?? {};
    for (const dependency of Object.keys({ ...peerDependencies, ...dependencies }))
      addDependency(lockPath, dependency);
  };
  for (const name of names) addDependency('', name);
  return [...lockPaths].sort();
}

/** Returns the manifest of the packages that npm installs in addition to the bundled ones. */
export function partsManifest(projectManifest: PackageManifest, bundlesIndex: boolean): PackageManifest {
  const packageNames = bundlesIndex ? NPM_PACKAGES : [...NPM_PACKAGES, ...INDEX_PACKAGES];
  const versions = packageNames.map((name) => [name, projectManifest.dependencies?.[name] ?? '']);
  const { [LANCEDB_PACKAGE]: store, ...others } = { ...projectManifest.overrides } as Record<string, unknown>;
  return {
    name: 'goldfish-parts',
    version: projectManifest.version,
    private: true,
    dependencies: Object.fromEntries(versions),
    // For a VS Code whose own Node is too old.
    optionalDependencies: Object.fromEntries(
      Object.values(NODE_PACKAGES).map(({ name, version }) => [name, version]),
    ),
    overrides: bundlesIndex ? others : { [LANCEDB_PACKAGE]: store, ...others },
  };
}

const writeJson = (path: string, value: object) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

function npm(args: readonly string[], cwd: string): string {
  const isWindows = process.platform === 'win32';
  return execFileSync(isWindows ? 'npm.cmd' : 'npm', [...args], {
    cwd,
    shell: isWindows,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
}

/** Returns the entries of a lock file that pin the Node of each platform. */
export function nodeLockEntries(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(NODE_PACKAGES).map(([target, { name, version, integrity }]) => {
      const [os, cpu] = target.split('-');
      return [`node_modules/${name}`, { version, integrity, optional: true, os: [os], cpu: [cpu] }];
    }),
  );
}

/** Writes the manifest and a reduced lock file. Versions and checksums are those of the project's lock file. */
function writeNpmParts(outputFolder: string, projectManifest: PackageManifest, bundlesIndex: boolean): void {
  mkdirSync(join(outputFolder, 'server'), { recursive: true });
  cpSync(join(root, 'server/absent'), join(outputFolder, 'server/absent'), { recursive: true });
  const lock = readJson(join(root, 'package-lock.json'));
  writeJson(join(outputFolder, 'package-lock.json'), {
    ...lock,
    packages: { ...lock.packages, ...nodeLockEntries() },
  });
  writeJson(join(outputFolder, 'package.json'), partsManifest(projectManifest, bundlesIndex));
  npm(
    ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    outputFolder,
  );
}

/** Returns whether a file is needed at run time. Source maps, types and sources are not. */
const isRuntimeFile = (path: string) => !/(\.map|\.d\.[cm]?ts|\.tsx?|\.md)$/i.test(path);

/** Copies the native package of LanceDB: the installed one, or else one from the registry, checked against the lock file. */
function bundleNative(outputFolder: string, target: string, packages: LockPackages): void {
  const name = `${LANCEDB_PACKAGE}-${TARGETS[target]}`;
  const installedFolder = join(root, 'node_modules', name);
  const targetFolder = join(outputFolder, 'node_modules', name);
  if (existsSync(installedFolder)) {
    cpSync(installedFolder, targetFolder, { recursive: true });
    return;
  }
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-native-'));
  try {
    const packOutput = npm(['pack', `${name}@${version}`, '--json', '--ignore-scripts'], folder);
    const [{ filename }] = JSON.parse(packOutput);
    const digest = createHash('sha512')
      .update(readFileSync(join(folder, filename)))
      .digest('base64');
    // A lock file from another platform may lack the checksum. npm has then checked the file against the registry's own.
    if (integrity !== undefined && integrity !== `sha512-${digest}`)
      throw new Error(`The checksum of ${name}@${version} does not match package-lock.json.`);
    mkdirSync(targetFolder, { recursive: true });
    execFileSync('tar', ['xzf', join(folder, filename), '--strip-components=1', '-C', targetFolder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the packages of the index with their dependencies from the installed node_modules. */
function bundleIndex(outputFolder: string, target: string, packages: LockPackages): void {
  for (const lockPath of dependencyClosure(packages, INDEX_PACKAGES))
    cpSync(join(root, lockPath), join(outputFolder, lockPath), {
      recursive: true,
      // Nested node_modules are copied by their own lock file path.
      filter: (path) =>
        isRuntimeFile(path) && !path.slice(join(root, lockPath).length).includes('node_modules'),
    });
  writeJson(
    join(outputFolder, 'node_modules', LANCEDB_PACKAGE, 'package.json'),
    toStoreManifest(readJson(join(root, 'node_modules', LANCEDB_PACKAGE, 'package.json'))),
  );
  bundleNative(outputFolder, target, packages);
}

/** Creates `app/`, which runs in any folder, and `parts/`, from which npm installs the rest. */
export function bundleServer(outputFolder: string, target: string): void {
  const projectManifest: PackageManifest = readJson(join(root, 'package.json'));
  const { packages }: { packages: LockPackages } = readJson(join(root, 'package-lock.json'));
  const appFolder = join(outputFolder, 'app');
  for (const name of APP_FILES) cpSync(join(root, name), join(appFolder, name), { recursive: true });
  const builtFiles: readonly string[] = readJson(join(root, 'dist/.built'));
  for (const name of builtFiles)
    if (!name.startsWith('vsix/')) cpSync(join(root, 'dist', name), join(appFolder, 'dist', name));
  writeJson(join(appFolder, 'package.json'), {
    name: projectManifest.name,
    version: projectManifest.version,
    type: 'module',
  });
  writeFileSync(join(appFolder, 'THIRD_PARTY.md'), listLicences(root));
  if (target !== UNIVERSAL) bundleIndex(appFolder, target, packages);
  writeNpmParts(join(outputFolder, 'parts'), projectManifest, target !== UNIVERSAL);
}
