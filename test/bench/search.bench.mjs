// How long a search takes in a large index: synthetic videos, everyday numbers of words, the whole of retrieval on the
// real index. `node test/bench/search.bench.mjs [--clips 10000]` prints it alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLanceStore } from '../../server/src/adapters/lancedb/open.ts';
import { createRetrieve } from '../../server/src/answering/retrieve.ts';
import { fill, queriesOf } from './synthetic.mjs';

const signal = new AbortController().signal;
const TARGETS = new Map([
  [10_000, '<= 10'],
  [100_000, '<= 30'],
]);
const WARM_UP = 20;
const QUERIES = 300;

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const tenth = (number) => Math.round(number * 10) / 10;

async function catalogueOf(store) {
  const copies = new Map((await store.copies()).map((copy) => [copy.uri, copy]));
  const videos = new Map((await store.videos()).map((video) => [video.videoId, video]));
  const byVideo = Map.groupBy(copies.values(), ({ videoId }) => videoId);
  return {
    copy: (uri) => copies.get(uri),
    video: (videoId) => videos.get(videoId),
    copiesOf: (videoId) => byVideo.get(videoId) ?? [],
    copies: () => copies.values(),
    under: (uri) => [...copies.values()].filter((copy) => copy.uri.startsWith(uri)),
  };
}

async function measure(clips) {
  const folder = await mkdtemp(join(tmpdir(), 'goldfish-search-'));
  let store = await openLanceStore(join(folder, 'index'));
  try {
    await fill(store, clips, signal);
    await store.close();
    store = await openLanceStore(join(folder, 'index'));
    const retrieve = createRetrieve(store, await catalogueOf(store));
    const [warmUp, queries] = [queriesOf(WARM_UP + QUERIES)].flatMap((all) => [
      all.slice(0, WARM_UP),
      all.slice(WARM_UP),
    ]);
    for (const query of warmUp) await retrieve(query, 10, {}, signal);
    const times = [];
    let empty = 0;
    for (const query of queries) {
      const start = performance.now();
      const { findings } = await retrieve(query, 10, {}, signal);
      times.push(performance.now() - start);
      if (findings.length === 0) empty += 1;
    }
    if (empty > 0) throw new Error(`${empty} of ${QUERIES} synthetic queries found nothing`);
    times.sort((a, b) => a - b);
    return { p50: tenth(at(times, 0.5)), p99: tenth(at(times, 0.99)), bytes: await store.bytes() };
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {{clips?: readonly number[]}} options @returns rows of {name, value, unit, target} */
export async function bench(options = {}) {
  const rows = [];
  for (const clips of options.clips ?? TARGETS.keys()) {
    const { p50, p99, bytes } = await measure(clips);
    const name = `search, ${clips.toLocaleString('en')} clips`;
    rows.push({ name: `${name}, p50`, value: p50, unit: 'ms', target: TARGETS.get(clips) ?? '' });
    rows.push({ name: `${name}, p99`, value: p99, unit: 'ms', target: '' });
    rows.push({
      name: `index, ${clips.toLocaleString('en')} clips`,
      value: tenth(bytes / 1e6),
      unit: 'MB',
      target: '',
    });
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.indexOf('--clips');
  const rows = await bench(given > 0 ? { clips: [Number(process.argv[given + 1])] } : {});
  for (const { name, value, unit, target } of rows) console.log(`${name}\t${value} ${unit}\t${target}`);
}
