import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';

/** Name of the file that excludes files from a folder, with the syntax of .gitignore. */
export const IGNORE_FILE = '.goldfishignore';

/**
 * Lists folders reserved by operating systems and servers. Hidden folders (leading dot) are recognised
 * without a list.
 */
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

/** Tells whether a path is excluded. Paths are relative to the root, use `/`, and do not end with one. */
export interface FolderFilter {
  excludesFile(path: string): boolean;
  excludesFolder(path: string): boolean;
}

/**
 * Creates a filter from include and exclude globs. A glob without a slash matches at any depth. A glob that
 * matches a folder includes its contents. Throws if a glob is invalid.
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
      const anchoredGlob = glob.replace(/^\/+|\/+$/g, '');
      const anyDepth =
        glob.startsWith('/') || anchoredGlob.includes('/') ? anchoredGlob : `**/${anchoredGlob}`;
      return [anyDepth, `${anyDepth}/**`];
    });
  return patterns.length === 0 ? undefined : picomatch(patterns, { dot: true });
}

/** Links the ignore files from the root down to one folder. */
export interface IgnoreChain {
  readonly parent?: IgnoreChain;
  /** Length of the folder's relative path with its trailing slash; 0 for the root. */
  readonly prefixLength: number;
  readonly rules: Ignore;
}

/**
 * Adds a folder's ignore file to the chain. `text` is its content; `relative` is the folder's path from the
 * root.
 */
export function withIgnoreFile(parent: IgnoreChain | undefined, relative: string, text: string): IgnoreChain {
  const prefixLength = relative === '' ? 0 : relative.length + 1;
  return { parent, prefixLength, rules: ignore({ allowRelativePaths: true }).add(text) };
}

/** Returns whether ignore files exclude a path. The deepest file with a matching rule decides. */
export function isIgnored(chain: IgnoreChain | undefined, path: string, folder: boolean): boolean {
  for (let link = chain; link !== undefined; link = link.parent) {
    const verdict = link.rules.test(path.slice(link.prefixLength) + (folder ? '/' : ''));
    if (verdict.ignored || verdict.unignored) return verdict.ignored;
  }
  return false;
}
