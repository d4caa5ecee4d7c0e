// What the extension carries of the server, and what npm completes on the person's machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listLicences } from '../../server/pack/licences.ts';
import { type Manifest, STORE, storeManifest } from '../../server/pack/manifest.ts';

const root = join(import.meta.dirname, '../..');

/** Platforms of the marketplace, and which of LanceDB's native packages belongs to each. `universal` carries none. */
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

/** Stay outside the bundle (`esbuild.mjs`): the index, which is carried where the target is known ... */
const INDEX = [STORE, 'apache-arrow', 'write-file-atomic'];
/** ... and what reads media and runs models, which npm brings. */
const PARTS = [
  '@huggingface/transformers',
  '@tesseract.js-data/eng',
  'node-av',
  'onnxruntime-node',
  'sharp',
  'tesseract.js',
];
/** What LanceDB asks for and never loads for us. */
const UNLOADED = new Set(['openai', '@huggingface/transformers']);

const APP = ['LICENSE', 'models/manifest.json', 'server/bin', 'server/protocol/schema.json'];

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly integrity?: string;
  readonly version?: string;
}
export type LockPackages = Readonly<Record<string, LockEntry>>;

/** Where in a lock file a package's dependency stands, as Node would look for it; undefined where nowhere. */
function placeOf(packages: LockPackages, from: string, name: string): string | undefined {
  const place = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (place in packages) return place;
  if (from === '') return undefined;
  const up = from.lastIndexOf('/node_modules/');
  return placeOf(packages, up < 0 ? '' : from.slice(0, up), name);
}

/** The paths in a lock file of packages with all that they need; types are needed by nobody who runs. */
export function closureOf(packages: LockPackages, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const take = (from: string, name: string) => {
    if (name.startsWith('@types/') || UNLOADED.has(name)) return;
    const place = placeOf(packages, from, name);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    const { dependencies, peerDependencies } = packages[place] ?? {};
    for (const each of Object.keys({ ...peerDependencies, ...dependencies })) take(place, each);
  };
  for (const name of names) take('', name);
  return [...found].sort();
}

/** The manifest of what npm installs beside what is carried. */
export function partsManifest(ours: Manifest, carriesIndex: boolean): Manifest {
  const wanted = carriesIndex ? PARTS : [...PARTS, ...INDEX];
  const versions = wanted.map((name) => [name, ours.dependencies?.[name] ?? '']);
  const { [STORE]: store, ...others } = { ...ours.overrides } as Record<string, unknown>;
  const { 'ffmpeg-static': _, ...nodes } = ours.optionalDependencies ?? {};
  return {
    name: 'goldfish-parts',
    version: ours.version,
    private: true,
    dependencies: Object.fromEntries(versions),
    optionalDependencies: nodes,
    overrides: carriesIndex ? others : { [STORE]: store, ...others },
  };
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const writeJson = (path: string, value: object) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

function npm(args: readonly string[], cwd: string): string {
  const windows = process.platform === 'win32';
  return execFileSync(windows ? 'npm.cmd' : 'npm', [...args], {
    cwd,
    shell: windows,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
}

/** Our own lock file with what the parts do not need left out: versions and checksums stay as they are. */
function writeParts(into: string, ours: Manifest, carriesIndex: boolean): void {
  mkdirSync(join(into, 'server'), { recursive: true });
  cpSync(join(root, 'server/absent'), join(into, 'server/absent'), { recursive: true });
  cpSync(join(root, 'package-lock.json'), join(into, 'package-lock.json'));
  writeJson(join(into, 'package.json'), partsManifest(ours, carriesIndex));
  npm(
    ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    into,
  );
}

/** Maps, types and sources are of no use to who runs it. */
const runs = (path: string) => !/(\.map|\.d\.[cm]?ts|\.tsx?|\.md)$/i.test(path);

/** The native half of LanceDB: the installed one, else from the registry, held against the lock file's checksum. */
function carryNative(into: string, target: string, packages: LockPackages): void {
  const name = `${STORE}-${TARGETS[target]}`;
  const installed = join(root, 'node_modules', name);
  const place = join(into, 'node_modules', name);
  if (existsSync(installed)) {
    cpSync(installed, place, { recursive: true });
    return;
  }
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-native-'));
  try {
    const said = npm(['pack', `${name}@${version}`, '--json', '--ignore-scripts'], folder);
    const [{ filename }] = JSON.parse(said);
    const digest = createHash('sha512')
      .update(readFileSync(join(folder, filename)))
      .digest('base64');
    // A lock file made on another platform may lack it; npm has then held the file against the registry's own.
    if (integrity !== undefined && integrity !== `sha512-${digest}`)
      throw new Error(`${name}@${version} is not what the lock file says.`);
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['xzf', join(folder, filename), '--strip-components=1', '-C', place]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The index and all it needs, from what npm has installed here by the lock file. */
function carryIndex(into: string, target: string, packages: LockPackages): void {
  for (const place of closureOf(packages, INDEX))
    cpSync(join(root, place), join(into, place), {
      recursive: true,
      // What a package holds in a node_modules of its own comes by its own place.
      filter: (path) => runs(path) && !path.slice(join(root, place).length).includes('node_modules'),
    });
  writeJson(
    join(into, 'node_modules', STORE, 'package.json'),
    storeManifest(readJson(join(root, 'node_modules', STORE, 'package.json'))),
  );
  carryNative(into, target, packages);
}

/** Lays out `app/`, which runs where it is put, and `parts/`, which npm completes. */
export function carryServer(into: string, target: string): void {
  const ours: Manifest = readJson(join(root, 'package.json'));
  const { packages }: { packages: LockPackages } = readJson(join(root, 'package-lock.json'));
  const app = join(into, 'app');
  for (const name of APP) cpSync(join(root, name), join(app, name), { recursive: true });
  const built: readonly string[] = readJson(join(root, 'dist/.built'));
  for (const name of built)
    if (!name.startsWith('vsix/')) cpSync(join(root, 'dist', name), join(app, 'dist', name));
  writeJson(join(app, 'package.json'), { name: ours.name, version: ours.version, type: 'module' });
  writeFileSync(join(app, 'THIRD_PARTY.md'), listLicences(root));
  if (target !== UNIVERSAL) carryIndex(app, target, packages);
  writeParts(join(into, 'parts'), ours, target !== UNIVERSAL);
}
