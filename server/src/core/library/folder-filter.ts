import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';

/** Name of the file, in any folder, that leaves out what it lists, with the meaning of a .gitignore. */
export const IGNORE_FILE = '.goldfishignore';

/** Folders that systems and servers keep for themselves; hidden ones (a leading dot) need no listing. */
const SYSTEM_FOLDERS = new Set([
  '$recycle.bin',
  'system volume information',
  'lost+found',
  '__macosx',
  '@eadir',
  '#recycle',
  '#snapshot',
  '$winreagent',
]);

export function isHidden(name: string): boolean {
  return name.charCodeAt(0) === 0x2e;
}

export function isSystemFolder(name: string): boolean {
  return SYSTEM_FOLDERS.has(name.toLowerCase());
}

/** Whether a path relative to the root, with `/` and for a folder without one at its end, is left out. */
export interface FolderFilter {
  excludesFile(path: string): boolean;
  excludesFolder(path: string): boolean;
}

/**
 * Include and exclude globs. A glob without a slash names files and folders at any depth; one that names a folder
 * stands for all in it. Throws where a glob cannot be read.
 */
export function createFolderFilter(include: readonly string[], exclude: readonly string[]): FolderFilter {
  const matchesInclude = createMatcher(include);
  const matchesExclude = createMatcher(exclude);
  return {
    excludesFile: (path) => matchesExclude?.(path) === true || matchesInclude?.(path) === false,
    excludesFolder: (path) => matchesExclude?.(path) === true,
  };
}

function createMatcher(globs: readonly string[]): ((path: string) => boolean) | undefined {
  const patterns = globs
    .map((glob) => glob.trim().replace(/^\.\//, ''))
    .filter((glob) => glob !== '')
    .flatMap((glob) => {
      const anchored = glob.replace(/^\/+|\/+$/g, '');
      const anyDepth = glob.startsWith('/') || anchored.includes('/') ? anchored : `**/${anchored}`;
      return [anyDepth, `${anyDepth}/**`];
    });
  return patterns.length === 0 ? undefined : picomatch(patterns, { dot: true });
}

/** The ignore files from the root down to one folder. */
export interface IgnoreChain {
  readonly parent?: IgnoreChain;
  /** Length of the relative path of the folder, with its slash; 0 for the root. */
  readonly prefixLength: number;
  readonly rules: Ignore;
}

/** The chain of a folder whose own ignore file holds `text`; `relative` is its path from the root. */
export function withIgnoreFile(parent: IgnoreChain | undefined, relative: string, text: string): IgnoreChain {
  const prefixLength = relative === '' ? 0 : relative.length + 1;
  return { parent, prefixLength, rules: ignore({ allowRelativePaths: true }).add(text) };
}

/** Whether ignore files leave a path out: the deepest one that speaks of it decides. */
export function isIgnored(chain: IgnoreChain | undefined, path: string, folder: boolean): boolean {
  for (let link = chain; link !== undefined; link = link.parent) {
    const verdict = link.rules.test(path.slice(link.prefixLength) + (folder ? '/' : ''));
    if (verdict.ignored || verdict.unignored) return verdict.ignored;
  }
  return false;
}
