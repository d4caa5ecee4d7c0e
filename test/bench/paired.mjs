// Compares this checkout with another one: `node server/bin/run-node.mjs test/bench/paired.mjs CHECKOUT [ROUNDS] [BENCH...]`.
// Both are installed and built. Runs each bench in both, alternately (A B, B A, ...), so that a machine that becomes slower
// slows down both, and prints one ratio per row with its spread. product.bench.mjs of this checkout measures both; of all
// other benches each checkout runs its own, and rows of the same name are compared.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { at } from './timing.ts';

/** Prints the rows of one bench. Runs in a process of its own. */
async function printRows(file, options) {
  const { bench } = await import(file);
  console.log(`ROWS ${JSON.stringify(await bench(JSON.parse(options)))}`);
}

const here = join(import.meta.dirname, '../..');
/** Smaller than in `npm run bench`, because each is run twice a round. */
const OPTIONS = {
  scan: { files: 20_000 },
  index: { minutes: 1, runs: 1 },
  search: { clips: [10_000] },
  daemon: { idleSeconds: 20 },
};
const BENCHES = ['product', 'scan', 'index', 'search'];

/** Runs one bench of a checkout in a process of its own. Returns its rows. */
async function runBench(root, name) {
  const file = join(name === 'product' ? here : root, `test/bench/${name}.bench.mjs`);
  const options = name === 'product' ? { checkout: root } : (OPTIONS[name] ?? {});
  const child = spawn(process.execPath, [import.meta.filename, '--rows', file, JSON.stringify(options)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const line = output.split('\n').find((each) => each.startsWith('ROWS '));
  if (code !== 0 || line === undefined) throw new Error(`${name} failed in ${root}.`);
  return JSON.parse(line.slice(5));
}

/** Compares this checkout with another one and prints the table. */
async function compare(checkout = '', rounds = '5', ...names) {
  if (checkout === '') throw new Error('Name the checkout to compare with.');
  const other = resolve(checkout);
  for (const root of [here, other])
    if (!existsSync(join(root, 'dist/goldfish.mjs'))) throw new Error(`${root} is not built.`);
  console.log('| measured | other | this | this / other, median | least to most |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const name of names.length > 0 ? names : BENCHES) {
    const values = new Map();
    for (let round = 0; round < Number(rounds); round += 1)
      for (const root of round % 2 === 0 ? [other, here] : [here, other]) {
        process.stderr.write(`${name}, round ${round + 1}, ${root === here ? 'this' : 'other'}\n`);
        for (const row of await runBench(root, name)) {
          const entry = values.get(row.name) ?? { unit: row.unit, [other]: [], [here]: [] };
          entry[root].push(row.value);
          values.set(row.name, entry);
        }
      }
    for (const [label, { unit, [other]: before, [here]: now }] of values) {
      const ratios = now.flatMap((value, i) => (before[i] > 0 ? [value / before[i]] : []));
      if (ratios.length === 0) continue;
      const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
      console.log(
        `| ${label} | ${at(before, 0.5)} ${unit} | ${at(now, 0.5)} ${unit} | ${at(ratios, 0.5).toFixed(2)} | ${spread} |`,
      );
    }
  }
}

const [command, ...rest] = process.argv.slice(2);
if (command === '--rows') await printRows(...rest);
else await compare(command, ...rest);
