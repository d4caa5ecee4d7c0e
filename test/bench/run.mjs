// Runs every *.bench.mjs here, or those named, and prints one table: `npm run bench -- index search`. Each exports
// `bench(options)` that resolves to rows {name, value, unit, target}; a target reads `<= 0.9` or `>= 50`.
import { globSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';

/** Does a value reach its target? Undefined where there is none. */
export function reaches(value, target) {
  const match = /^(<=|>=|<|>) *(-?[\d.]+)/.exec(target);
  if (!match) return undefined;
  const wanted = Number(match[2]);
  return { '<=': value <= wanted, '>=': value >= wanted, '<': value < wanted, '>': value > wanted }[match[1]];
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const files = globSync('*.bench.mjs', { cwd: import.meta.dirname })
  .sort()
  .filter((name) => wanted.length === 0 || wanted.includes(basename(name, '.bench.mjs')));
if (files.length === 0) throw new Error(`No bench is named ${wanted.join(', ')}.`);

const rows = [];
for (const file of files) {
  process.stderr.write(`${basename(file, '.bench.mjs')} ...\n`);
  const { bench } = await import(join(import.meta.dirname, file));
  rows.push(...(await bench({})));
}

const [processor] = cpus();
const gigabytes = Math.round(totalmem() / 1e9);
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${processor?.model.trim()}, ${availableParallelism()} cores, ${gigabytes} GB, Node ${process.versions.node}\n`,
);
console.log('| measured | value | to reach | |');
console.log('|---|---|---|---|');
for (const { name, value, unit, target } of rows) {
  const reached = reaches(value, target);
  const mark = reached === undefined ? '' : reached ? 'reached' : 'missed';
  console.log(`| ${name} | ${value}${unit ? ` ${unit}` : ''} | ${target} | ${mark} |`);
}
