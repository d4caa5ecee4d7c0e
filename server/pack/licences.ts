// `npm run licences`: lists the licence of every package that an install brings, from package-lock.json and the
// packages themselves. The tarball carries the list as THIRD_PARTY.md.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a package's binaries carry beside the licence that its manifest declares, by the start of its name. */
const BINARY_NOTES: Readonly<Record<string, string>> = {
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

/** Name of the package at a path of the lock file. */
export function packageNameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Licence as text, from any of the shapes that manifests have had. */
export function toLicenceText({ license, licenses }: DeclaredLicence): string {
  const toText = (licence: string | { readonly type: string }) =>
    typeof licence === 'string' ? licence : licence.type;
  if (license) return toText(license);
  return licenses && licenses.length > 0 ? licenses.map(toText).join(' OR ') : NOT_DECLARED;
}

/** `read` gives the manifest of an installed package. One entry a name and version, by name. */
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

function findBinaryNote(name: string): string {
  const prefix = Object.keys(BINARY_NOTES).find((start) => name === start || name.startsWith(`${start}-`));
  return prefix === undefined ? '' : (BINARY_NOTES[prefix] ?? '');
}

/** The document: a count for each licence, then each package. */
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
    'Goldfish itself is BSD-3-Clause. npm brings these packages, each under its own licence; which of those for one',
    'platform are installed depends on the machine.',
    '',
    ...countLines,
    '',
    '| package | version | licence | note |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The list for a clone of the project. */
export function listLicences(root: string): string {
  const readInstalled = (path: string): DeclaredLicence | undefined => {
    const file = join(root, path, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  const lock: PackageLock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return formatDocument(listThirdParties(lock, readInstalled));
}

if (import.meta.main) process.stdout.write(listLicences(join(import.meta.dirname, '../..')));
