// Retrieval on real meetings and real questions: recall against plain BM25 over 20 s windows, and how many questions
// about other meetings are refused. `node test/bench/qmsum.bench.mjs [--qmsum FOLDER]` prints it alone.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { analyse } from '../../server/src/core/language/tokenizer.ts';
import { createSearch } from '../../server/src/search/search.ts';
import { FOREIGN_QUESTIONS } from './foreign-questions.mjs';
import { catalogueOf, qmsumFolder, rankOf, readMeetings, rowsOf } from './qmsum-data.mjs';

const signal = new AbortController().signal;
const RANKS = [1, 3, 5, 10];
const SHORT_MS = 20_000;

async function openIndex(videos, use) {
  const folder = await mkdtemp(join(tmpdir(), 'goldfish-qmsum-'));
  const store = await openLanceStore(join(folder, 'index'));
  try {
    for (const video of videos) {
      const { passages, outline } = rowsOf(video);
      await store.commit({
        passages: [{ videoId: video.videoId, uri: '', rows: passages }],
        outlines: [outline],
      });
    }
    await store.optimize(signal);
    return await use(createSearch(store, catalogueOf(videos)));
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Plain BM25 (k1 1.2, b .75, the same stems and stop words) over windows of 20 s, one after the other. */
function plainBm25(videos) {
  const windows = videos.flatMap(({ videoId, lines }) => {
    const texts = new Map();
    for (const line of lines) {
      const words = `${line.speaker}: ${line.text}`.split(/\s+/);
      words.forEach((word, i) => {
        const at = line.startMs + ((line.endMs - line.startMs) * (i + 0.5)) / words.length;
        const start = Math.floor(at / SHORT_MS) * SHORT_MS;
        texts.set(start, `${texts.get(start) ?? ''} ${word}`);
      });
    }
    return [...texts].map(([startMs, text]) => {
      const counts = new Map();
      const terms = analyse(text, 'en').split(' ');
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      return { videoId, startMs, endMs: startMs + SHORT_MS, counts, length: terms.length };
    });
  });
  const average = windows.reduce((sum, { length }) => sum + length, 0) / windows.length;
  const holding = new Map();
  for (const { counts } of windows)
    for (const term of counts.keys()) holding.set(term, (holding.get(term) ?? 0) + 1);
  return (text) => {
    const terms = [...new Set(analyse(text, 'en').split(' '))];
    return windows
      .map((window) => {
        let score = 0;
        for (const term of terms) {
          const count = window.counts.get(term) ?? 0;
          if (count === 0) continue;
          const held = holding.get(term);
          const idf = Math.log(1 + (windows.length - held + 0.5) / (held + 0.5));
          score += (idf * 2.2 * count) / (count + 1.2 * (0.25 + (0.75 * window.length) / average));
        }
        return { window, score };
      })
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
      .map(({ window }) => window);
  };
}

/** The 20 s in the middle of a hit. */
function cut(hit) {
  const middle = (hit.startMs + hit.endMs) / 2;
  return {
    ...hit,
    startMs: Math.max(hit.startMs, middle - SHORT_MS / 2),
    endMs: Math.min(hit.endMs, middle + SHORT_MS / 2),
  };
}

const percent = (part, whole) => Math.round((1000 * part) / whole) / 10;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function recall(videos) {
  const asked = videos.flatMap(({ videoId, questions }) =>
    questions.map((question) => ({ videoId, ...question })),
  );
  const plain = plainBm25(videos);
  const ranks = { ours: [], cut: [], plain: [] };
  const lengths = [];
  let longest = 0;
  let refused = 0;
  let found = 0;
  let strange = 0;
  await openIndex(videos, async (retrieve) => {
    for (const { text, videoId, spans } of asked) {
      const { rankedPlaces, grounded } = await retrieve(text, 10, {}, signal);
      const hits = rankedPlaces.map(({ hit }) => hit);
      for (const hit of hits) lengths.push(hit.endMs - hit.startMs);
      ranks.ours.push(rankOf(hits, videoId, spans));
      ranks.cut.push(rankOf(hits.map(cut), videoId, spans));
      ranks.plain.push(rankOf(plain(text), videoId, spans));
      if (ranks.ours.at(-1) === 1) {
        found += 1;
        if (!grounded) refused += 1;
      }
    }
    for (const text of FOREIGN_QUESTIONS) if ((await retrieve(text, 10, {}, signal)).grounded) strange += 1;
  });
  for (const length of lengths) longest = Math.max(longest, length);
  const at = (list, k) => percent(list.filter((rank) => rank <= k).length, asked.length);
  return {
    asked: asked.length,
    at,
    ranks,
    lengths,
    longest,
    wronglyRefused: percent(refused, found),
    strange: percent(strange, FOREIGN_QUESTIONS.length),
  };
}

/** Each half of the meetings asked the other half's questions: what is answered all the same. */
async function foreign(videos) {
  const halves = [0, 1].map((half) => videos.filter((_, i) => i % 2 === half));
  let asked = 0;
  let accepted = 0;
  for (const [mine, others] of [halves, halves.toReversed()]) {
    await openIndex(mine, async (retrieve) => {
      for (const { text } of others.flatMap(({ questions }) => questions)) {
        asked += 1;
        if ((await retrieve(text, 10, {}, signal)).grounded) accepted += 1;
      }
    });
  }
  return percent(accepted, asked);
}

/** @param {{qmsum?: string}} options @returns rows of {name, value, unit, target} */
export async function bench(options = {}) {
  const folder = qmsumFolder(options.qmsum);
  if (!existsSync(folder)) return [{ name: `QMSum: not run, no ${folder}`, value: '', unit: '', target: '' }];
  const videos = readMeetings(folder);
  const { asked, at, ranks, lengths, longest, wronglyRefused, strange } = await recall(videos);
  const rows = RANKS.flatMap((k) => {
    const plain = at(ranks.plain, k);
    const target = k === 10 ? '' : `>= ${Math.round((plain + 5) * 10) / 10}`;
    return [
      { name: `QMSum R@${k}, ${asked} questions`, value: at(ranks.ours, k), unit: '%', target },
      { name: `QMSum R@${k}, hits cut to 20 s`, value: at(ranks.cut, k), unit: '%', target: '' },
      { name: `QMSum R@${k}, plain BM25 over 20 s windows`, value: plain, unit: '%', target: '' },
    ];
  });
  return [
    ...rows,
    { name: 'QMSum median hit', value: median(lengths) / 1000, unit: 's', target: '' },
    { name: 'QMSum longest hit', value: longest / 1000, unit: 's', target: '<= 30' },
    { name: 'QMSum rightly found and refused by ask', value: wronglyRefused, unit: '%', target: '' },
    { name: 'QMSum everyday questions answered by ask', value: strange, unit: '%', target: '' },
    {
      name: 'QMSum questions about other meetings answered by ask',
      value: await foreign(videos),
      unit: '%',
      target: '',
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--qmsum');
  const rows = await bench(at > 0 ? { qmsum: process.argv[at + 1] } : {});
  for (const { name, value, unit, target } of rows) console.log(`${name}\t${value} ${unit}\t${target}`);
}
