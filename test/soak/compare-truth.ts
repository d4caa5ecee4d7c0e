import { readIndexTables } from '../support/index-tables.ts';
import { uriOf } from '../support/watched.ts';
import type { TrueVideo } from './video-folder.ts';

type Row = Readonly<Record<string, unknown>>;

/** What an index says of a path: the words of its content and those beside it. */
interface IndexedVideo {
  readonly uri: string;
  readonly words: readonly string[];
  readonly besideWords: readonly string[];
}

/** The words that `VideoFolder` uses. */
const WORDS = /q[a-z]{6}x/g;

/**
 * Compares an index with what lies on disk. Returns what is wrong, a sentence each. The daemon must have ended.
 */
export async function compareWithTruth(
  indexFolder: string,
  truth: readonly TrueVideo[],
): Promise<readonly string[]> {
  const tables = await readIndexTables(indexFolder);
  const rowsOf = (table: string) => (tables[table] ?? []).map((row) => JSON.parse(row) as Row);
  const copies = rowsOf('copies');
  const passages = rowsOf('passages');
  const wordsOf = (rows: readonly Row[]) => [
    ...new Set(rows.flatMap(({ lines }) => String(lines).match(WORDS) ?? [])),
  ];
  const indexed = copies.map(
    ({ uri, videoId }): IndexedVideo => ({
      uri: String(uri),
      words: wordsOf(passages.filter((row) => row.uri === '' && row.videoId === videoId)),
      besideWords: wordsOf(passages.filter((row) => row.uri === uri)),
    }),
  );
  const expected = truth.map(
    ({ path, word, besideWord }): IndexedVideo => ({
      uri: uriOf(path),
      words: [word],
      besideWords: besideWord === undefined ? [] : [besideWord],
    }),
  );
  const toTexts = (videos: readonly IndexedVideo[]) => new Set(videos.map((video) => JSON.stringify(video)));
  const [indexedTexts, expectedTexts] = [toTexts(indexed), toTexts(expected)];
  const uris = new Set(expected.map(({ uri }) => uri));
  const ids = new Set(copies.map(({ videoId }) => videoId));
  return [
    ...[...expectedTexts].filter((text) => !indexedTexts.has(text)).map((text) => `missing: ${text}`),
    ...[...indexedTexts].filter((text) => !expectedTexts.has(text)).map((text) => `wrong: ${text}`),
    ...Object.keys(tables).flatMap((table) =>
      rowsOf(table)
        .filter(
          ({ uri, videoId }) =>
            !ids.has(videoId) || (typeof uri === 'string' && uri !== '' && !uris.has(uri)),
        )
        .map(({ uri, videoId }) => `stale row of ${table}: ${String(videoId)} ${String(uri ?? '')}`),
    ),
  ];
}
