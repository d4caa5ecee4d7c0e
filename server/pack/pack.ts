// `npm run pack`: builds a tarball that works after `npm install --global --ignore-scripts`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listLicences } from './licences.ts';
import {
  createEmptyManifests,
  LANCEDB_PACKAGE,
  type PackageManifest,
  toShippedManifest,
  toStoreManifest,
} from './package-manifest.ts';

const root = join(import.meta.dirname, '../..');
const LICENCES_FILE = 'THIRD_PARTY.md';
/** Files and folders that are copied unchanged. */
const COPIED_PATHS = [
  'LICENSE',
  'README.md',
  'demo/videos',
  'server/bin',
  'server/protocol/schema.json',
  'models/manifest.json',
  'models/exam',
  // `goldfish eval selftest` runs these.
  'models/tiny-answerer/model',
  'models/tiny-captioner/model',
  'models/tiny-embedder/model',
];

const toInstalledPath = (name: string) => join(root, 'node_modules', name);
const readText = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');
const readPackageManifest = (name: string): PackageManifest =>
  JSON.parse(readText('node_modules', name, 'package.json'));

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

function writeText(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

function writeManifest(folder: string, manifest: PackageManifest): void {
  writeText(folder, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Writes the contents of the tarball to `staging`. */
function writeStaging(staging: string): void {
  for (const name of COPIED_PATHS) copy(join(root, name), join(staging, name));
  const builtFiles: readonly string[] = JSON.parse(readText('dist/.built'));
  for (const name of builtFiles) copy(join(root, 'dist', name), join(staging, 'dist', name));
  writeText(staging, LICENCES_FILE, listLicences(root));

  const store = readPackageManifest(LANCEDB_PACKAGE);
  copy(toInstalledPath(LANCEDB_PACKAGE), join(staging, 'node_modules', LANCEDB_PACKAGE));
  writeManifest(join(staging, 'node_modules', LANCEDB_PACKAGE), toStoreManifest(store));
  const emptyPackages = createEmptyManifests(readPackageManifest);
  for (const manifest of emptyPackages) {
    const folder = join(staging, 'node_modules', manifest.name);
    writeManifest(folder, manifest);
    writeText(folder, 'index.js', 'export {};\n');
  }
  const ownManifest: PackageManifest = JSON.parse(readText('package.json'));
  writeManifest(
    staging,
    toShippedManifest(ownManifest, store, emptyPackages, [...COPIED_PATHS, 'dist', LICENCES_FILE]),
  );
}

/** Packs into a folder and returns the path of the tarball. */
export function createTarball(targetFolder: string): string {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  const staging = mkdtempSync(join(tmpdir(), 'goldfish-pack-'));
  try {
    writeStaging(staging);
    const isWindows = process.platform === 'win32';
    const npmOutput = execFileSync(
      isWindows ? 'npm.cmd' : 'npm',
      ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', targetFolder],
      { cwd: staging, stdio: ['ignore', 'pipe', 2], shell: isWindows, encoding: 'utf8' },
    );
    const [packedFile]: readonly { readonly filename: string }[] = JSON.parse(npmOutput);
    if (!packedFile) throw new Error('npm pack created no tarball');
    return join(targetFolder, packedFile.filename);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(createTarball(root));
