// `npm run pack`: builds and packs a tarball that `npm install --global --ignore-scripts` makes usable.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listLicences } from './licences.ts';
import { emptyManifests, type Manifest, STORE, shippedManifest, storeManifest } from './manifest.ts';

const root = join(import.meta.dirname, '../..');
const LICENCES = 'THIRD_PARTY.md';
/** Copied as they are. */
const copied = [
  'LICENSE',
  'README.md',
  'demo/videos',
  'server/bin',
  'server/protocol/schema.json',
  'models/manifest.json',
];

const installed = (name: string) => join(root, 'node_modules', name);
const readText = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');
const manifestOf = (name: string): Manifest => JSON.parse(readText('node_modules', name, 'package.json'));

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

function writeManifest(folder: string, manifest: Manifest): void {
  write(folder, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Lays out in `staging` what the tarball holds. */
function stage(staging: string): void {
  for (const name of copied) copy(join(root, name), join(staging, name));
  const built: readonly string[] = JSON.parse(readText('dist/.built'));
  for (const name of built) copy(join(root, 'dist', name), join(staging, 'dist', name));
  write(staging, LICENCES, listLicences(root));

  const store = manifestOf(STORE);
  copy(installed(STORE), join(staging, 'node_modules', STORE));
  writeManifest(join(staging, 'node_modules', STORE), storeManifest(store));
  const empty = emptyManifests(manifestOf);
  for (const manifest of empty) {
    const folder = join(staging, 'node_modules', manifest.name);
    writeManifest(folder, manifest);
    write(folder, 'index.js', 'export {};\n');
  }
  const ours: Manifest = JSON.parse(readText('package.json'));
  writeManifest(staging, shippedManifest(ours, store, empty, [...copied, 'dist', LICENCES]));
}

/** Packs into a folder and returns the tarball's path. */
export function pack(into: string): string {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  const staging = mkdtempSync(join(tmpdir(), 'goldfish-pack-'));
  try {
    stage(staging);
    const windows = process.platform === 'win32';
    const said = execFileSync(
      windows ? 'npm.cmd' : 'npm',
      ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', into],
      { cwd: staging, stdio: ['ignore', 'pipe', 2], shell: windows, encoding: 'utf8' },
    );
    const [made]: readonly { readonly filename: string }[] = JSON.parse(said);
    if (!made) throw new Error('npm pack made nothing');
    return join(into, made.filename);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(pack(root));
