// `npm run vsix`: builds and packs the extension with vsce, from what npm has installed alone.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { extensionManifest, type ProjectManifest } from './manifest.ts';
import { textsOf } from './texts.ts';
import { walkthroughFiles } from './walkthrough.ts';

const root = join(import.meta.dirname, '../..');

/** What `npm ci` completes on the person's machine: all but the libraries, which the lock file names with checksums. */
const CARRIED = [
  'package.json',
  'package-lock.json',
  'LICENSE',
  'models/manifest.json',
  'server/absent',
  'server/bin',
];

function carryServer(into: string): void {
  for (const name of CARRIED) cpSync(join(root, name), join(into, name), { recursive: true });
  const built: readonly string[] = JSON.parse(readFileSync(join(root, 'dist/.built'), 'utf8'));
  for (const name of built)
    if (!name.startsWith('vsix/')) cpSync(join(root, 'dist', name), join(into, 'dist', name));
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** The files that are made from the sources, by their path in the package. */
export function writtenFiles(project: ProjectManifest): Readonly<Record<string, string>> {
  const { manifest, texts } = extensionManifest(project);
  const sources = globSync('*.ts', { cwd: import.meta.dirname }).map((name) =>
    readFileSync(join(import.meta.dirname, name), 'utf8'),
  );
  return {
    'package.json': json(manifest),
    'package.nls.json': json(texts),
    'l10n/bundle.l10n.json': json(textsOf(sources)),
    ...walkthroughFiles(),
  };
}

/** Packs a .vsix into a folder and returns its path. */
export async function packVsix(into: string): Promise<string> {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const staging = mkdtempSync(join(tmpdir(), 'goldfish-vsix-'));
  const packagePath = join(into, `${project.name}-${project.version}.vsix`);
  try {
    cpSync(join(root, 'dist/vsix'), staging, { recursive: true });
    cpSync(join(root, 'dist/page'), join(staging, 'page'), { recursive: true });
    carryServer(join(staging, 'server'));
    for (const name of ['LICENSE', 'README.md', '.vscodeignore'])
      copyFileSync(join(root, name), join(staging, name));
    for (const [name, text] of Object.entries(writtenFiles(project))) {
      mkdirSync(dirname(join(staging, name)), { recursive: true });
      writeFileSync(join(staging, name), text);
    }
    await createVSIX({
      cwd: staging,
      packagePath,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    return packagePath;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await packVsix(root));
