// What a text embedder adds to words on real meetings and questions, with the product's own search: recall, and questions
// that are refused. Vectors of clips, of lines, and of both are compared.
// `node server/bin/run-node.mjs test/bench/qmsum-meaning.mjs [--qmsum FOLDER] [--model FOLDER] [--cache FOLDER] [--lines]`
// embeds for some ten minutes at first; the vectors are kept in the cache folder.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cosineSimilarity } from '../../server/src/core/domain/vector.ts';
import { splitLine } from '../../server/src/core/language/lines.ts';
import { groupLinesByClip } from '../../server/src/core/pipeline/group-lines-by-clip.ts';
import { toEmbeddingChunks } from '../../server/src/core/ranking/embedding-chunks.ts';
import { createSearch } from '../../server/src/search/search.ts';
import { createSemanticSearch } from '../../server/src/search/semantic-search.ts';
import { FOREIGN_QUESTIONS } from './foreign-questions.mjs';
import { catalogueOf, createMeetingStore, qmsumFolder, rankOf, readMeetings } from './qmsum-data.mjs';
import { openCachedEmbedder } from './vector-cache.mjs';

const K = 10;
const RANKS = [1, 3, 5, 10];
/** Shorter lines ("Yeah.") say nothing by themselves. */
const MIN_LINE_WORDS = 4;
const never = new AbortController().signal;

/** The pieces of a meeting that get a vector each. */
function piecesOf(video, clips) {
  const lines = video.lines.flatMap(splitLine);
  const base = { videoId: video.videoId, uri: '', stage: 'cues', describer: 'bench', recipe: '1' };
  const toPiece = ({ text, startMs, endMs }) => ({
    videoId: video.videoId,
    uri: '',
    kind: 'speech',
    text,
    startMs,
    endMs,
  });
  return {
    clips: toEmbeddingChunks(groupLinesByClip(base, clips, lines)).map(toPiece),
    lines: lines.filter(({ text }) => text.split(/\s+/).length >= MIN_LINE_WORDS).map(toPiece),
  };
}

/** Vector search in memory: every row is compared. */
function createVectorStore(rows) {
  return {
    vectorCount: () => rows.length,
    nearest: async (_space, vector, limit, { kinds, vectors: withVectors }) =>
      rows
        .filter(({ kind }) => kinds?.includes(kind) ?? true)
        .map((row) => ({ row, similarity: cosineSimilarity(vector, row.vector) }))
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, limit)
        .map(({ row, similarity }) => ({
          row: withVectors ? row : { ...row, vector: undefined },
          similarity,
        })),
  };
}

/** Creates a search over meetings; without pieces, by words only. */
async function createMeetingSearch(videos, embedder, kinds) {
  const catalogue = catalogueOf(videos);
  const store = createMeetingStore(videos);
  if (kinds.length === 0) return createSearch(store, catalogue);
  const pieces = videos.flatMap((video) => {
    const byKind = piecesOf(video, catalogue.video(video.videoId).clips);
    return kinds.flatMap((kind) => byKind[kind]);
  });
  const vectors = await embedder.embed(
    pieces.map(({ text }) => text),
    'passage',
  );
  const rows = pieces.map((piece, i) => ({ ...piece, id: String(i), vector: vectors[i] }));
  const meaning = createSemanticSearch({
    store: createVectorStore(rows),
    textEmbedder: () => embedder,
    frameEmbedder: () => undefined,
    log: (message) => console.log(message),
  });
  return createSearch(store, catalogue, { meaning, patienceMs: 60_000 });
}

const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
const questionsOf = (videos) =>
  videos.flatMap(({ videoId, questions }) => questions.map((question) => ({ videoId, ...question })));

async function evaluate(videos, embedder, kinds) {
  const search = await createMeetingSearch(videos, embedder, kinds);
  const ranks = [];
  let refused = 0;
  for (const { text, videoId, spans } of questionsOf(videos)) {
    const { rankedPlaces, grounded } = await search(text, K, {}, never);
    const rank = rankOf(
      rankedPlaces.map(({ hit }) => hit),
      videoId,
      spans,
    );
    ranks.push(rank);
    if (rank === 1 && !grounded) refused += 1;
  }
  let everyday = 0;
  for (const text of FOREIGN_QUESTIONS) if ((await search(text, K, {}, never)).grounded) everyday += 1;
  return { ranks, refused, everyday, ...(await askForeign(videos, embedder, kinds)) };
}

/** Asks each half of the meetings the questions of the other half. */
async function askForeign(videos, embedder, kinds) {
  const halves = [0, 1].map((half) => videos.filter((_, i) => i % 2 === half));
  let foreign = 0;
  for (const [mine, others] of [halves, halves.toReversed()]) {
    const search = await createMeetingSearch(mine, embedder, kinds);
    for (const { text } of questionsOf(others)) if ((await search(text, K, {}, never)).grounded) foreign += 1;
  }
  return { foreign };
}

const { values: options } = parseArgs({
  options: {
    qmsum: { type: 'string' },
    model: { type: 'string', default: join(import.meta.dirname, '../../../shared/models/minilm') },
    cache: { type: 'string', default: join(tmpdir(), 'goldfish-qmsum-vectors') },
    lines: { type: 'boolean', default: false },
  },
});
const meetings = readMeetings(qmsumFolder(options.qmsum));
const { embedder, save } = openCachedEmbedder(options.model, options.cache);
const sets = [[], ['clips'], ...(options.lines ? [['lines'], ['clips', 'lines']] : [])];
for (const kinds of sets) {
  const { ranks, refused, everyday, foreign } = await evaluate(meetings, embedder, kinds);
  save();
  const recall = RANKS.map((k) => percent(ranks.filter((rank) => rank <= k).length, ranks.length));
  console.log(`words${kinds.map((kind) => ` and ${kind}`).join('')}`);
  console.log(`  R@${RANKS.join('/')}\t${recall.join(' / ')} of ${ranks.length}`);
  console.log(`  rightly found and refused\t${percent(refused, ranks.filter((rank) => rank === 1).length)}`);
  console.log(`  questions about other meetings answered\t${percent(foreign, ranks.length)}`);
  console.log(`  everyday questions answered\t${percent(everyday, FOREIGN_QUESTIONS.length)}`);
}
process.exit(0);
