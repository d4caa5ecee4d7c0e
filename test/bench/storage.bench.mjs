// How long searches take, and how many rows are written a second, with the index on object storage and on a disk: the same
// synthetic videos, written in the same batches. `node test/bench/storage.bench.mjs [--clips 10000]` prints it alone. It
// measures moto's server, or with TEST_RADOSGW Debian's radosgw on a store in memory; both on loopback.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { newLocation, startS3, startS3Proxy } from '../support/object-storage.ts';
import { openReader, openWriter } from '../support/storage-stores.ts';
import { directionOf, fill, queriesOf } from './synthetic.mjs';

const never = new AbortController().signal;
const DIMENSION = 384;
const SPACE = { role: 'text', model: 'bench@1' };
const QUERIES = 200;
const WARM_UP = 50;

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const tenth = (number) => Math.round(number * 10) / 10;

/** Times of one call for each query, ms, sorted. */
async function timesOf(queries, call) {
  const times = [];
  for (const [number, query] of queries.entries()) {
    const startedMs = performance.now();
    await call(query, number);
    times.push(performance.now() - startedMs);
  }
  return times.slice(WARM_UP).sort((a, b) => a - b);
}

async function measureSearches(place, store) {
  const queries = queriesOf(WARM_UP + QUERIES);
  const words = await timesOf(queries, (query) => store.matchPassages(query, 200, {}, never));
  const vectors = await timesOf(queries, (_, number) =>
    store.nearest(SPACE, directionOf(number, DIMENSION), 50, {}, never),
  );
  return [
    { name: `${place}: words, p50`, value: tenth(at(words, 0.5)), unit: 'ms', target: '' },
    { name: `${place}: words, p99`, value: tenth(at(words, 0.99)), unit: 'ms', target: '' },
    { name: `${place}: vectors, p50`, value: tenth(at(vectors, 0.5)), unit: 'ms', target: '' },
    { name: `${place}: vectors, p99`, value: tenth(at(vectors, 0.99)), unit: 'ms', target: '' },
  ];
}

async function measureWriting(place, store, clips) {
  let rows = 0;
  const counting = {
    ...store,
    commit(batch) {
      for (const kind of ['descriptions', 'passages', 'vectors'])
        for (const replacement of batch[kind] ?? []) rows += replacement.rows.length;
      for (const kind of ['outlines', 'videos', 'copies']) rows += batch[kind]?.length ?? 0;
      return store.commit(batch);
    },
  };
  const startedMs = performance.now();
  await fill(counting, clips, never, { ...SPACE, dimension: DIMENSION });
  const seconds = (performance.now() - startedMs) / 1000;
  return [
    { name: `${place}: ${rows} rows written`, value: Math.round(rows / seconds), unit: 'rows/s', target: '' },
  ];
}

export async function bench({ clips = 10_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-bench-'));
  const server = await startS3();
  const proxy = await startS3Proxy(server);
  try {
    const disk = await openLanceStore(join(folder, 'index'));
    const rows = await measureWriting('disk', disk, clips);
    rows.push(...(await measureSearches('disk', disk)));
    await disk.close();
    const location = newLocation(server, proxy.endpoint);
    const writer = await openWriter(location);
    rows.push(...(await measureWriting('storage', writer, clips)));
    const puts = proxy.counts.get('PUT') ?? 0;
    rows.push({ name: 'storage: PUT requests', value: puts, unit: '', target: '' });
    const startedMs = performance.now();
    const reader = await openReader(location, 3_600_000);
    const openMs = performance.now() - startedMs;
    rows.push({ name: 'storage: opening to read', value: Math.round(openMs), unit: 'ms', target: '' });
    const before = proxy.counts.get('GET') ?? 0;
    rows.push(...(await measureSearches('storage, cached', reader)));
    const gets = (proxy.counts.get('GET') ?? 0) - before;
    rows.push({
      name: 'storage: GET requests a search',
      value: tenth(gets / 2 / (WARM_UP + QUERIES)),
      unit: '',
      target: '',
    });
    await reader.close();
    await writer.close();
    return rows;
  } finally {
    proxy.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const flag = process.argv.indexOf('--clips');
  const clips = flag < 0 ? undefined : Number(process.argv[flag + 1]);
  for (const { name, value, unit } of await bench({ clips })) console.log(`${name}: ${value} ${unit}`);
}
