import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvalItem } from '../item.ts';
import { readJsonLines } from '../json-lines.ts';

/** A video of a prepared set. */
export interface PreparedVideo {
  readonly id: string;
  /** Path of the video, with the set's subtitles beside it if it has any. Relative to the set's folder. */
  readonly path: string;
  /** The same video alone in a folder, for runs without the set's subtitles. */
  readonly plainPath: string;
  readonly hasSubtitles: boolean;
  /** True if it was made of pictures. */
  readonly built: boolean;
}

/** Something of a set that was not found, and how many items need it. */
export interface MissingPart {
  readonly what: string;
  readonly remedy: string;
  readonly items: number;
}

/** `set.json` in the folder of a prepared set. */
export interface PreparedSetInfo {
  readonly set: string;
  /** Digest of the items and of the names of the videos. */
  readonly digest: string;
  /** Folder that the set was read from. */
  readonly from: string;
  readonly items: number;
  readonly videos: readonly PreparedVideo[];
  readonly missing: readonly MissingPart[];
  readonly problems: readonly string[];
}

export interface PreparedSet extends PreparedSetInfo {
  readonly folder: string;
  /** Items whose video is there, in the set's order. */
  readonly usableItems: readonly EvalItem[];
}

/** Reads what is known of a prepared set; undefined if it is not prepared. */
export function findPreparedSet(folder: string): PreparedSetInfo | undefined {
  const path = join(folder, 'set.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PreparedSetInfo) : undefined;
}

/** Reads a prepared set. Throws EvaluationError if it is not prepared. */
export function readPreparedSet(folder: string, set: string): PreparedSet {
  const info = findPreparedSet(folder);
  if (info === undefined)
    throw new EvaluationError(
      `The set ${set} is not prepared.`,
      `Run "goldfish eval prepare ${set} --from FOLDER" with the folder of its files.`,
    );
  const usableItems = readJsonLines(join(folder, 'items.jsonl')) as readonly EvalItem[];
  return { ...info, folder, usableItems };
}
