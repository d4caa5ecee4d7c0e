// How long a search takes and what the daemon weighs: synthetic videos in a real index, asked through the real socket
// of the built daemon; the same with the vectors of an embedder that answers at once, for what meanings cost beside words.
// `node test/bench/search.bench.mjs [--clips 10000]` prints it alone.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { directionOf, FOLDER, fill, queriesOf } from './synthetic.mjs';

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bundle = join(checkout, 'dist/goldfish.mjs');
const TARGETS = new Map([
  [10_000, { p50: '<= 10', memory: '<= 200' }],
  [100_000, { p50: '<= 30', memory: '' }],
]);
const WARM_UP = 100;
const QUERIES = 300;

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const tenth = (number) => Math.round(number * 10) / 10;

/** A data folder whose index holds about `clips` clips of videos on a drive that is not there. */
async function prepare(dataDir, clips, vectors) {
  const store = await openLanceStore(join(dataDir, 'index'));
  await fill(store, clips, new AbortController().signal, vectors);
  const bytes = await store.bytes();
  await store.close();
  writeFileSync(join(dataDir, 'folders.json'), JSON.stringify([{ uri: FOLDER }]));
  return bytes;
}

/** Starts the daemon as any client would, and opens a session with it. */
async function session(dataDir) {
  execFileSync(process.execPath, [bundle, 'status', '--json', '--data-dir', dataDir], { stdio: 'ignore' });
  const { socket: path, pid } = JSON.parse(readFileSync(join(dataDir, 'daemon.json'), 'utf8'));
  const socket = connect(path);
  const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  rpc.listen();
  await rpc.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await rpc.sendNotification('initialized', {});
  return { rpc, pid, closed: new Promise((done) => socket.once('close', done)) };
}

/** Resident memory of a process, MB; undefined where the system does not tell. */
function residentOf(pid) {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return undefined;
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

const DIMENSION = 384;

/** An OpenAI-compatible host on loopback whose embeddings mean nothing and cost nothing. */
async function embeddingHost() {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { input, model } = JSON.parse(body);
    const texts = Array.isArray(input) ? input : [input];
    const seedOf = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7);
    const data = texts.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: [...directionOf(seedOf(text), DIMENSION)],
    }));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ object: 'list', model, data }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close() };
}

/** Searches in a data folder of its own; `host`: with the vectors of the model that it serves. */
async function measure(clips, host) {
  const dataDir = mkdtempSync(join(tmpdir(), 'goldfish-search-'));
  try {
    const bytes = await prepare(dataDir, clips, host && { model: 'bench@', dimension: DIMENSION });
    const { rpc, pid, closed } = await session(dataDir);
    await rpc.sendRequest('goldfish/settings/set', {
      key: 'models.textEmbedder',
      value: host ? `${host.url}#bench` : 'none',
    });
    const search = (query) => rpc.sendRequest('goldfish/search', { query, k: 10 });
    const queries = queriesOf(WARM_UP + QUERIES);
    for (const query of queries.slice(0, WARM_UP)) await search(query);
    const memory = residentOf(pid);
    const times = [];
    let empty = 0;
    for (const query of queries.slice(WARM_UP)) {
      const start = performance.now();
      const { hits } = await search(query);
      times.push(performance.now() - start);
      if (hits.length === 0) empty += 1;
    }
    await rpc.sendRequest('goldfish/stop', {}).catch(() => undefined);
    await closed;
    if (empty > 0) throw new Error(`${empty} of ${QUERIES} synthetic queries found nothing`);
    times.sort((a, b) => a - b);
    return { p50: tenth(at(times, 0.5)), p99: tenth(at(times, 0.99)), memory, bytes };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function withHost(use) {
  const host = await embeddingHost();
  try {
    return await use(host);
  } finally {
    host.close();
  }
}

/** @param {{clips?: readonly number[]}} options @returns rows of {name, value, unit, target} */
export async function bench(options = {}) {
  if (!existsSync(bundle))
    execFileSync(process.execPath, [join(checkout, 'esbuild.mjs')], { stdio: 'ignore' });
  const rows = [];
  for (const clips of options.clips ?? TARGETS.keys()) {
    const { p50, p99, memory, bytes } = await measure(clips);
    const target = TARGETS.get(clips) ?? { p50: '', memory: '' };
    const of = `${clips.toLocaleString('en')} clips`;
    rows.push({ name: `search in the daemon, ${of}, p50`, value: p50, unit: 'ms', target: target.p50 });
    rows.push({ name: `search in the daemon, ${of}, p99`, value: p99, unit: 'ms', target: '' });
    if (memory !== undefined)
      rows.push({
        name: `memory of the daemon after ${WARM_UP} searches, ${of}`,
        value: memory,
        unit: 'MB',
        target: target.memory,
      });
    rows.push({ name: `size of the index, ${of}`, value: tenth(bytes / 1e6), unit: 'MB', target: '' });
    const meant = await withHost((host) => measure(clips, host));
    const rest = { unit: 'ms', target: '' };
    rows.push({ name: `search with meanings in the daemon, ${of}, p50`, value: meant.p50, ...rest });
    rows.push({ name: `search with meanings in the daemon, ${of}, p99`, value: meant.p99, ...rest });
    rows.push({
      name: `size of the index with 2 vectors of ${DIMENSION} a clip, ${of}`,
      value: tenth(meant.bytes / 1e6),
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
