// Builds dist/: the goldfish command, the children it forks, and the clients that exist.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Version and a hash over all that is bundled: equal sources, equal build. */
function buildName() {
  const hash = createHash('sha256');
  for (const name of globSync('server/{src,protocol}/**/*.ts', { cwd: root }).sort()) {
    hash.update(name).update(readFileSync(join(root, name)));
  }
  return `${version}+${hash.digest('hex').slice(0, 12)}`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const node = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  outExtension: { '.js': '.mjs' },
  define: { __GOLDFISH_BUILD__: JSON.stringify(buildName()) },
};

await build({ ...node, entryPoints: { goldfish: join(root, 'server/src/main.ts') }, outdir: dist });
const children = globSync('server/src/children/*.ts', { cwd: root }).filter(
  (name) => !name.endsWith('-messages.ts'),
);
if (children.length > 0) {
  await build({
    ...node,
    entryPoints: children.map((name) => join(root, name)),
    outdir: join(dist, 'children'),
  });
}
if (existsSync(join(root, 'client/build.mjs'))) {
  const client = await import('./client/build.mjs');
  await client.buildClient(dist);
}
