// Builds the clients: the page for browsers and webviews, and the VS Code extension.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const client = dirname(fileURLToPath(import.meta.url));

/** Leaves the language client out of the extension's bundle. It is a file next to it, loaded on first use. */
const splitLanguageClient = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/language-client\.ts$/ }, () => ({
      path: './language-client.cjs',
      external: true,
    }));
  },
};

/** Writes page/ (index.html, page.js, page.css) and vsix/ (extension.cjs, language-client.cjs) into `dist`. */
export async function buildClient(dist) {
  mkdirSync(join(dist, 'page'), { recursive: true });
  await build({
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox121', 'safari17'],
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
    entryPoints: [
      { in: join(client, 'page/main.ts'), out: 'page' },
      { in: join(client, 'page/page.css'), out: 'page' },
    ],
    outdir: join(dist, 'page'),
  });
  for (const name of ['index.html', 'icon.svg'])
    copyFileSync(join(client, 'page', name), join(dist, 'page', name));
  await build({
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    minify: true,
    logLevel: 'warning',
    entryPoints: [join(client, 'src/extension.ts'), join(client, 'src/language-client.ts')],
    outdir: join(dist, 'vsix'),
    outExtension: { '.js': '.cjs' },
    plugins: [splitLanguageClient],
    // Convert dynamic imports to require, as the editor's loader needs.
    supported: { 'dynamic-import': false },
  });
}
