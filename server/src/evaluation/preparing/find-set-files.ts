import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import type { SetFile, WantedFiles } from '../sets/set-adapter.ts';

/** Extensions of videos, in the order in which they are preferred. */
const VIDEO_EXTENSIONS = ['.mp4', '.mkv', '.webm', '.mov', '.avi', '.m4v', '.flv', '.gif', '.3gp', '.ts'];
const SUBTITLE_EXTENSIONS = ['.srt', '.vtt', '.ass', '.json', '.jsonl'];
/** Deeper folders are not looked into. */
const MAX_DEPTH = 6;

/** Files below a folder, found by name. */
export interface FolderContents {
  readonly root: string;
  /** Paths relative to the root, with `/`. */
  readonly files: readonly string[];
  /** Folders that contain pictures, relative to the root. */
  readonly pictureFolders: ReadonlySet<string>;
}

const isPicture = (name: string) => /\.(?:jpe?g|png)$/i.test(name);

/** Lists the files below a folder. Pictures are not listed, only their folders: there may be millions. */
export function listFolderContents(root: string): FolderContents {
  const files: string[] = [];
  const pictureFolders = new Set<string>();
  const walk = (folder: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const isFolder =
        entry.isDirectory() ||
        (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory());
      if (isFolder) {
        if (depth < MAX_DEPTH) walk(path, depth + 1);
      } else if (isPicture(entry.name)) {
        pictureFolders.add(toRelativePath(root, folder));
      } else files.push(toRelativePath(root, path));
    }
  };
  walk(root, 0);
  return { root, files: files.sort(), pictureFolders };
}

const toRelativePath = (root: string, path: string) => relative(root, path).split(sep).join('/');

/** Reads the files of a role: those of the first pattern that matches any. Patterns match at any depth. */
export function readWantedFiles(contents: FolderContents, { patterns }: WantedFiles): readonly SetFile[] {
  for (const pattern of patterns) {
    const matches = picomatch([pattern, `**/${pattern}`], { nocase: true });
    const names = contents.files.filter((name) => matches(name));
    if (names.length > 0)
      return names.map((name) => ({ name, text: readFileSync(join(contents.root, name), 'utf8') }));
  }
  return [];
}

const stemOf = (path: string) => path.slice(0, path.length - extname(path).length);
const baseStemOf = (path: string) => stemOf(path.split('/').at(-1) ?? path);

/** Finds files by their name without extension, with or without their folder. */
export interface StemIndex {
  find(stems: readonly string[]): string | undefined;
}

/** Indexes files with certain extensions. Of files with equal names, the extension listed first wins. */
function createStemIndex({ root, files }: FolderContents, extensions: readonly string[]): StemIndex {
  const byStem = new Map<string, string>();
  const rankOf = (name: string) => extensions.indexOf(extname(name).toLowerCase());
  const ranked = files.filter((name) => rankOf(name) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  for (const name of ranked)
    for (const stem of [stemOf(name), baseStemOf(name)])
      if (!byStem.has(stem)) byStem.set(stem, join(root, name));
  return {
    find: (stems) => {
      for (const stem of stems) {
        // A set may name the file with its extension. Any other dot is part of the name.
        const hasExtension = extensions.includes(extname(stem).toLowerCase());
        const path = byStem.get(stem) ?? (hasExtension ? byStem.get(stemOf(stem)) : undefined);
        if (path !== undefined) return path;
      }
      return undefined;
    },
  };
}

export const indexVideos = (contents: FolderContents) => createStemIndex(contents, VIDEO_EXTENSIONS);
export const indexSubtitles = (contents: FolderContents) => createStemIndex(contents, SUBTITLE_EXTENSIONS);

/** Returns the first of the folders that contains pictures, as an absolute path. Also looks below other folders. */
export function findPictureFolder(
  { root, pictureFolders }: FolderContents,
  folders: readonly string[],
): string | undefined {
  for (const folder of folders) {
    if (pictureFolders.has(folder)) return join(root, folder);
    for (const candidate of pictureFolders)
      if (candidate.endsWith(`/${folder}`)) return join(root, candidate);
  }
  return undefined;
}

/** Lists the pictures of a folder in the order of the numbers in their names. */
export function listPictures(folder: string): readonly string[] {
  const numbersOf = (name: string) => [...name.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const compare = (a: string, b: string) => {
    const [left, right] = [numbersOf(a), numbersOf(b)];
    for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
      const difference = (left[i] ?? -1) - (right[i] ?? -1);
      if (difference !== 0) return difference;
    }
    return a < b ? -1 : 1;
  };
  return readdirSync(folder)
    .filter(isPicture)
    .sort(compare)
    .map((name) => join(folder, name));
}
