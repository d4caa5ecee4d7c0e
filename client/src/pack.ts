// Builds and packs the extension with vsce: `npm run vsix [-- --target linux-x64]`. Needs only the npm registry.
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
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { bundleServer, TARGETS, UNIVERSAL } from './bundle-server.ts';
import { extractTexts } from './localised-texts.ts';
import { extensionManifest, type ProjectManifest } from './manifest.ts';
import { WALKTHROUGH_PICTURES, walkthroughFiles } from './walkthrough.ts';

const root = join(import.meta.dirname, '../..');

const toJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** Returns the files generated from the sources, by their path in the package. */
export function generatedFiles(project: ProjectManifest): Readonly<Record<string, string>> {
  const { manifest, texts } = extensionManifest(project);
  const sources = globSync('*.ts', { cwd: import.meta.dirname }).map((name) =>
    readFileSync(join(import.meta.dirname, name), 'utf8'),
  );
  return {
    'package.json': toJson(manifest),
    'package.nls.json': toJson(texts),
    'l10n/bundle.l10n.json': toJson(extractTexts(sources)),
    ...walkthroughFiles(),
  };
}

/** Returns this machine's target if LanceDB has a native package for it, or else `universal`. */
function machineTarget(): string {
  const platform = `${process.platform}-${process.arch}`;
  return platform in TARGETS ? platform : UNIVERSAL;
}

/** Packs a .vsix for a target into a folder and returns its path. */
export async function packVsix(outputFolder: string, target: string): Promise<string> {
  if (target !== UNIVERSAL && !(target in TARGETS))
    throw new Error(`Unknown target ${target}. Use one of ${Object.keys(TARGETS).join(', ')}, ${UNIVERSAL}.`);
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const staging = mkdtempSync(join(tmpdir(), 'goldfish-vsix-'));
  const packagePath = join(outputFolder, `${project.name}-${target}-${project.version}.vsix`);
  try {
    cpSync(join(root, 'dist/vsix'), staging, { recursive: true });
    cpSync(join(root, 'dist/page'), join(staging, 'page'), { recursive: true });
    bundleServer(join(staging, 'server'), target);
    for (const name of ['LICENSE', 'README.md', '.vscodeignore'])
      copyFileSync(join(root, name), join(staging, name));
    for (const [name, text] of Object.entries(generatedFiles(project))) {
      mkdirSync(dirname(join(staging, name)), { recursive: true });
      writeFileSync(join(staging, name), text);
    }
    for (const name of WALKTHROUGH_PICTURES)
      copyFileSync(join(root, 'docs/design', name), join(staging, 'walkthrough', name));
    await createVSIX({
      cwd: staging,
      packagePath,
      dependencies: false,
      ...(target === UNIVERSAL ? {} : { target }),
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    return packagePath;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { target: { type: 'string', default: machineTarget() } } });
  console.log(await packVsix(root, values.target));
}
