// Runs the attacks for some minutes, `npm run soak -- 4`, or long tests by name: `npm run soak -- scale`.
// Both together: `npm run soak -- 60 kill`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Attacks that share the minutes of a run. */
const ATTACKS = ['kill', 'churn', 'flip', 'fuzz-media', 'fuzz-subtitles', 'fuzz-requests'];
const DEFAULT_MINUTES = 4;

const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(here).flatMap((name) => /^(.+)\.test\.ts$/.exec(name)?.[1] ?? []);
const isNumber = (argument) => /^\d+(\.\d+)?$/.test(argument);
const minutes = Number(process.argv.slice(2).find(isNumber) ?? DEFAULT_MINUTES);
const wanted = process.argv.slice(2).filter((argument) => !isNumber(argument));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0 || process.argv.length < 3) {
  console.error(`Give a number of minutes, or name one or more of: ${names.join(', ')}.`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : ATTACKS;
const files = chosen.map((name) => `soak/${name}.test.ts`);
const { status } = spawnSync(process.execPath, [join(here, '../run.mjs'), ...files], {
  stdio: 'inherit',
  env: {
    TEST_TIMEOUT_MS: String((minutes * 2 + 10) * 60_000),
    ...process.env,
    SOAK_MINUTES: String(minutes / chosen.length),
    // One attack at a time: they share the machine as little as the time.
    TEST_CONCURRENCY: '1',
  },
});
process.exit(status ?? 1);
