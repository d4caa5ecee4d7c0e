// `npm run pack`: builds and packs a tarball that `npm install --global --ignore-scripts` makes usable.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFiles } from '../bin/stale.mjs';
import { emptyManifests, shippedManifest, storeManifest } from './manifest.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const shipped = [
  'LICENSE',
  'README.md',
  'THIRD_PARTY.md',
  'demo/videos',
  'dist',
  'server/bin',
  'server/protocol/schema.json',
];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const installed = (name) => join(root, 'node_modules', name);
const manifestOf = (name) => readJson(join(installed(name), 'package.json'));

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

function write(folder, name, text) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
}

const writeManifest = (folder, manifest) =>
  write(folder, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`);

/** Lays out in `staging` what the tarball holds. */
function stage(staging) {
  for (const name of shipped.filter((path) => path !== 'dist')) copy(join(root, name), join(staging, name));
  for (const name of builtFiles(root)) copy(join(root, 'dist', name), join(staging, 'dist', name));

  const store = manifestOf('@lancedb/lancedb');
  const storeFolder = join(staging, 'node_modules', store.name);
  copy(installed(store.name), storeFolder);
  writeManifest(storeFolder, storeManifest(store));
  const empty = emptyManifests(manifestOf);
  for (const manifest of empty) {
    const folder = join(staging, 'node_modules', manifest.name);
    writeManifest(folder, manifest);
    write(folder, 'index.js', 'export {};\n');
  }
  writeManifest(staging, shippedManifest(readJson(join(root, 'package.json')), store, empty, shipped));
}

/** Packs into `into` and returns the tarball's path. */
export function pack(into = root) {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  const staging = mkdtempSync(join(tmpdir(), 'goldfish-pack-'));
  try {
    stage(staging);
    const windows = process.platform === 'win32';
    const said = execFileSync(
      windows ? 'npm.cmd' : 'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', into],
      { cwd: staging, stdio: ['ignore', 'pipe', 2], shell: windows },
    );
    return join(into, JSON.parse(said)[0].filename);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(pack());
