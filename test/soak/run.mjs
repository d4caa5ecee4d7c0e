// Runs long tests by name: `npm run soak -- scale`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(here).flatMap((name) => /^(.+)\.test\.ts$/.exec(name)?.[1] ?? []);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0 || wanted.length === 0) {
  console.error(`Name one or more of: ${names.join(', ')}.`);
  process.exit(2);
}
const files = wanted.map((name) => `soak/${name}.test.ts`);
const { status } = spawnSync(process.execPath, [join(here, '../run.mjs'), ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
