// Builds dist/: the goldfish command, its children and the clients. Only one build runs at a time. Each file is replaced
// atomically, so that a command that starts meanwhile finds complete files. `--if-stale` builds only if dist/ is missing
// or old. It writes nothing to stdout.
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
 * Packages that are not bundled: those that load native parts, workers, data or their own files by path, and arrow, which
 * must be the same module that LanceDB loads. Bundling the others drops their unused parts: the daemon needs 60 MB less
 * memory than without bundling.
 */
const EXTERNAL_PACKAGES = [
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
 * Returns the name of the build: version, Unix time in seconds of the first build of these sources, and a hash of the
 * sources. Equal sources built again keep their name. The time tells the daemon which of two builds is newer.
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
    external: EXTERNAL_PACKAGES,
    // CommonJS packages in the bundle load Node's modules with `require`.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
    outExtension: { '.js': '.mjs' },
    define: { __GOLDFISH_BUILD__: JSON.stringify(name) },
  };
  // Split, so that `goldfish lsp` loads only what it needs.
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
    // Split too, so that the media child works if node-av does not load.
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
 * Moves every built file to dist/ and removes files that neither this build nor the previous one made. A running command
 * or daemon of the previous build may still load its files.
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
  // esbuild has already printed the errors in the sources; a stack trace would bury them.
  if (!Array.isArray(error.errors)) throw error;
  process.exitCode = 1;
} finally {
  lock.close();
}
