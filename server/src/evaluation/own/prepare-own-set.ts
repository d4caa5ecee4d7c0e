import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Client } from '../../daemon/connect.ts';
import { digestOf } from '../digest.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { PreparedSetInfo } from '../preparing/prepared-set.ts';
import { readLibraryVideos } from './library-videos.ts';
import { OWN_SET, type OwnVideo, parseOwnQuestions, toOwnMoments } from './own-questions.ts';

/** A library has no tags and no corrections to ask about, and no questions were given. */
export class NothingToAskError extends EvaluationError {}

/** Reads the videos of a library with their corrections, through the daemon that serves it. */
async function readOwnVideos(client: Client, signal: AbortSignal): Promise<readonly OwnVideo[]> {
  const videos: OwnVideo[] = [];
  for (const { uri, path } of await readLibraryVideos(client, signal)) {
    const { corrections } = await client.request('goldfish/corrections/list', { uri }, { signal });
    videos.push({ path, corrections });
  }
  return videos;
}

/** Returns a function that finds a video by its path, or by a name that only one video has. */
function createVideoResolver(videos: readonly OwnVideo[]): (name: string) => string | undefined {
  const byName = Map.groupBy(videos, ({ path }) => basename(path));
  const paths = new Set(videos.map(({ path }) => path));
  return (name) => {
    if (paths.has(name)) return name;
    const named = byName.get(name) ?? [];
    return named.length === 1 ? named[0]?.path : undefined;
  };
}

/**
 * Makes a set of a user's library: its tags and corrections, and a file of questions. Writes it in the format of all sets.
 * Rejects with NothingToAskError if it would be empty.
 */
export async function prepareOwnSet(
  client: Client,
  folder: string,
  questionsFile: string | undefined,
  signal: AbortSignal,
): Promise<PreparedSetInfo> {
  const videos = await readOwnVideos(client, signal);
  const problems: string[] = [];
  const asked =
    questionsFile === undefined
      ? []
      : parseOwnQuestions(
          { name: basename(questionsFile), text: readFileSync(questionsFile, 'utf8') },
          createVideoResolver(videos),
          problems,
        );
  const items = [...asked, ...videos.flatMap(toOwnMoments)];
  if (items.length === 0)
    throw new NothingToAskError(
      `There is nothing to ask: no tags, no corrections${problems.length > 0 ? `, and ${problems[0]}` : ', and no questions'}`,
      'Tag moments with "goldfish tag", or write questions to a file and name it with --questions.',
    );
  const used = new Set(items.map(({ video }) => video));
  mkdirSync(folder, { recursive: true });
  const info: PreparedSetInfo = {
    set: OWN_SET,
    digest: digestOf(items),
    from: questionsFile ?? 'tags and corrections',
    items: items.length,
    videos: [...used].sort().map((path) => ({
      id: path,
      path: relative(folder, path),
      plainPath: relative(folder, path),
      hasSubtitles: true,
      built: false,
    })),
    missing: [],
    problems,
  };
  writeFileSync(join(folder, 'items.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  writeFileSync(join(folder, 'set.json'), `${JSON.stringify(info, null, 2)}\n`);
  return info;
}
