// Meetings of QMSum as an index, for the benchmark (qmsum.bench.mjs) and for tuning (qmsum-tuning.mjs).
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildOutline } from '../../server/src/core/ranking/build-outline.ts';
import { buildPassages } from '../../server/src/core/ranking/build-passages.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';

const checkout = dirname(dirname(import.meta.dirname));
const WORDS_A_SECOND = 2.5;

/** Folder of the data: the one named, or the place beside the checkout where development keeps it. */
export function qmsumFolder(folder) {
  return resolve(folder ?? join(checkout, '../shared/data/qmsum'));
}

/** Meetings with a cue a turn, and their questions with the time ranges of right answers. */
export function readMeetings(folder) {
  const rows = globSync('*.jsonl', { cwd: folder })
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
  return rows.map((row, number) => {
    const { meeting_transcripts: turns, specific_query_list: queries } = JSON.parse(row);
    let at = 0;
    const lines = turns.map(({ speaker, content }) => {
      const ms = Math.max(1, content.split(/\s+/).length / WORDS_A_SECOND) * 1000;
      const startMs = Math.round(at);
      at += ms;
      return {
        kind: 'speech',
        text: content,
        speaker,
        startMs,
        endMs: Math.round(at),
        source: 'turns',
        language: 'en',
      };
    });
    const questions = queries.map(({ query, relevant_text_span: spans }) => ({
      text: query,
      spans: spans.map(([from, to]) => ({
        startMs: lines[from].startMs,
        endMs: lines[to]?.endMs ?? Math.round(at),
      })),
    }));
    return { videoId: `m${number}`, lines, questions, durationMs: Math.round(at) };
  });
}

function copyOf({ videoId }) {
  return {
    uri: `file:///meetings/${videoId}.mp4`,
    path: `/meetings/${videoId}.mp4`,
    videoId,
    bytes: 1,
    modifiedMs: 0,
    sample: videoId,
    sidecars: [],
    holders: ['index'],
    done: {},
    failures: {},
    forgotten: false,
    recordedMs: 0,
  };
}

/** The catalogue of meetings, as the search reads it. */
export function catalogueOf(videos) {
  const copies = videos.map(copyOf);
  const records = new Map(
    videos.map(({ videoId, durationMs }) => {
      const clips = Array.from({ length: Math.ceil(durationMs / 30_000) }, (_, i) => ({
        startMs: i * 30_000,
        endMs: (i + 1) * 30_000,
      }));
      return [videoId, { videoId, probe: { container: '', durationMs, streams: [], chapters: [] }, clips }];
    }),
  );
  return {
    revision: 0,
    copy: (uri) => copies.find((copy) => copy.uri === uri),
    video: (videoId) => records.get(videoId),
    copiesOf: (videoId) => copies.filter((copy) => copy.videoId === videoId),
    copies: () => copies,
    under: (uri) => copies.filter((copy) => copy.uri.startsWith(uri)),
  };
}

/** Rows of the index for one meeting. */
export function rowsOf(video) {
  const rows = [{ lines: video.lines }];
  return {
    passages: runSteps(buildPassages({ videoId: video.videoId, uri: '', rows })),
    outline: runSteps(buildOutline(copyOf(video), undefined, rows)),
  };
}

/** Inverted index with the BM25 that LanceDB computes (k1 1.2, b 0.75); a term that is asked twice counts once. */
function createMatcher(rows) {
  const postings = new Map();
  const lengths = rows.map(({ terms }, row) => {
    const words = terms.split(' ').filter((word) => word !== '');
    for (const word of words) {
      const counts = postings.get(word) ?? new Map();
      postings.set(word, counts.set(row, (counts.get(row) ?? 0) + 1));
    }
    return words.length;
  });
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, rows.length);
  return (terms, limit) => {
    const scores = new Map();
    for (const term of new Set(terms.split(' '))) {
      const counts = postings.get(term) ?? new Map();
      const idf = Math.log(1 + (rows.length - counts.size + 0.5) / (counts.size + 0.5));
      for (const [row, count] of counts) {
        const norm = 1.2 * (0.25 + (0.75 * lengths[row]) / average);
        scores.set(row, (scores.get(row) ?? 0) + (idf * 2.2 * count) / (count + norm));
      }
    }
    return [...scores]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, limit)
      .map(([row, score]) => ({ row: rows[row], score }));
  };
}

/** The searches of a store, in memory and over all meetings: a question takes a millisecond. */
export function createMeetingStore(videos) {
  const built = videos.map(rowsOf);
  const passages = createMatcher(built.flatMap((rows) => rows.passages));
  const outlines = createMatcher(built.map(({ outline }) => outline));
  const byId = new Map(built.flatMap((rows) => rows.passages).map((passage) => [passage.id, passage]));
  return {
    passagesById: async (ids) => ids.flatMap((id) => byId.get(id) ?? []),
    matchPassages: async (terms, limit) =>
      passages(terms, limit).map(({ row, score }) => ({ passage: row, score })),
    matchOutlines: async (terms, limit) =>
      outlines(terms, limit).map(({ row, score }) => ({ outline: row, score })),
    matchSimilar: async () => [],
  };
}

export const overlaps = (a, b) => a.startMs < b.endMs && b.startMs < a.endMs;

/** The rank of the first hit that overlaps a right range, from 1; Infinity if none does. */
export function rankOf(hits, videoId, spans) {
  const at = hits.findIndex((hit) => hit.videoId === videoId && spans.some((span) => overlaps(hit, span)));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}
