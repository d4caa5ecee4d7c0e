// `npm run extension`: builds, and lays the VS Code extension out in .cache/extension, where the development host of
// .vscode/launch.json loads it: the bundle, the page, the generated package.json, and a `goldfish` command that runs this
// clone. Not below client/: a change there makes the next command build again.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from '../../client/src/pack.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, '.cache/extension');
const launcher = join(root, 'server/bin/goldfish.mjs');
/** `.cache/extension/bin` comes first on PATH in the development host. */
const COMMAND_FILES = {
  'bin/goldfish': `#!/bin/sh\nexec node "${launcher}" "$@"\n`,
  'bin/goldfish.cmd': `@node "${launcher}" %*\r\n`,
};

execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'dist/vsix'), target, { recursive: true });
cpSync(join(root, 'dist/page'), join(target, 'page'), { recursive: true });
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const [name, text] of Object.entries({ ...generatedFiles(project), ...COMMAND_FILES })) {
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), text);
}
chmodSync(join(target, 'bin/goldfish'), 0o755);
console.error(`${target} is written`);
