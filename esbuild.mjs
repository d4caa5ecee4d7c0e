// Builds dist/: the goldfish command, the children it forks, and the clients that exist. One build at a time; each
// file is replaced at once, so that a command that starts meanwhile finds a whole bundle. `--if-stale` builds only
// what is missing or old. Nothing goes to stdout.
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { isStale, readBuiltFiles, stampPath } from './server/bin/build-stamp.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const staging = join(dist, '.staging');
const BUILD_FILE = 'build.txt';

/**
 * Packages that stay outside the bundle: those with native parts, workers, data or a file name of their own, and arrow, which must
 * be LanceDB's own. Everything else is bundled, which leaves out the halves of packages that nothing uses: the daemon
 * needs 60 MB less memory than with all of them outside.
 */
const OUTSIDE = [
  '@huggingface/transformers',
  '@lancedb/lancedb',
  '@tesseract.js-data/*',
  'apache-arrow',
  'esbuild',
  'ffmpeg-static',
  'node-av',
  'onnxruntime-node',
  'sharp',
  'tesseract.js',
  'write-file-atomic',
];
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Version, the second since 1970 at which these sources were first built, and a hash over all that is bundled. Equal
 * sources built again keep their name; of two builds of a version the daemon can tell which is newer.
 */
function buildName() {
  const hash = createHash('sha256');
  for (const name of globSync('server/{src,protocol}/**/*.ts', { cwd: root }).sort()) {
    hash.update(name).update(readFileSync(join(root, name)));
  }
  const sources = hash.digest('hex').slice(0, 12);
  const named = join(dist, BUILD_FILE);
  const before = existsSync(named) ? readFileSync(named, 'utf8').trim() : '';
  if (before.startsWith(`${version}+`) && before.endsWith(`.${sources}`)) return before;
  return `${version}+${Math.floor(Date.now() / 1000)}.${sources}`;
}

async function bundleInto(folder) {
  const name = buildName();
  writeFileSync(join(folder, BUILD_FILE), `${name}\n`);
  const { build } = await import('esbuild');
  const node = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: OUTSIDE,
    // CommonJS packages in the bundle ask for Node's modules by require.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
    outExtension: { '.js': '.mjs' },
    define: { __GOLDFISH_BUILD__: JSON.stringify(name) },
  };
  // Split, so that "goldfish lsp" loads no more than it needs.
  await build({
    ...node,
    splitting: true,
    entryPoints: { goldfish: join(root, 'server/src/main.ts') },
    outdir: folder,
  });
  const children = globSync('server/src/children/*.ts', { cwd: root }).filter(
    (name) => !name.endsWith('-messages.ts'),
  );
  if (children.length > 0) {
    // Split too, so that the media child can do without node-av where that does not load.
    await build({
      ...node,
      splitting: true,
      entryPoints: children.map((name) => join(root, name)),
      outdir: join(folder, 'children'),
    });
  }
  if (existsSync(join(root, 'client/build.mjs'))) {
    const client = await import('./client/build.mjs');
    await client.buildClient(folder);
  }
}

const files = (folder) =>
  globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith('.'));

/**
 * Moves every built file to its place and drops what neither this nor the last build made: a command or a daemon of
 * the last build may still load a part of it.
 */
function publish() {
  const built = files(staging);
  const kept = new Set([...built, ...readBuiltFiles(root)]);
  for (const name of built) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(staging, name), join(dist, name));
  }
  for (const name of files(dist)) if (!kept.has(name)) rmSync(join(dist, name));
  return built;
}

mkdirSync(dist, { recursive: true });
const lock = new DatabaseSync(join(dist, '.lock'));
lock.exec('PRAGMA busy_timeout = 300000; BEGIN EXCLUSIVE');
try {
  if (!process.argv.includes('--if-stale') || isStale(root)) {
    console.error('Building Goldfish ...');
    const started = new Date();
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
    await bundleInto(staging);
    const built = publish();
    rmSync(staging, { recursive: true, force: true });
    writeFileSync(stampPath(root), JSON.stringify(built));
    utimesSync(stampPath(root), started, started);
  }
} catch (error) {
  // esbuild has printed what is wrong in the sources; a stack of its own would bury it.
  if (!Array.isArray(error.errors)) throw error;
  process.exitCode = 1;
} finally {
  lock.close();
}
