// The whole daemon over its real socket: search, first answer, memory and idleness with a large index.
// `node test/bench/daemon.bench.mjs [--clips 10000] [--idle 60]` prints it alone. Linux only: it reads /proc.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openLanceStore } from '../../server/src/adapters/lancedb/open.ts';
import { endpointOf, goldfish, sandbox } from '../support/daemon.ts';
import { connectTo } from '../support/independent-client.ts';
import { fill, queriesOf } from './synthetic.mjs';

const signal = new AbortController().signal;
const SEARCHES = 100;
const WARM_UP = 10;
/** Clock ticks a second of /proc/PID/stat (man 5 proc; 100 on every Linux that Node runs on). */
const TICKS = 100;

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const tenth = (number) => Math.round(number * 10) / 10;

function memoryMb(pid) {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}

function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function searches(client, queries) {
  const times = [];
  for (const query of queries) {
    const start = performance.now();
    await client.result('goldfish/search', { query });
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

/** @param {{clips?: number, idleSeconds?: number}} options @returns rows of {name, value, unit, target} */
export async function bench({ clips = 10_000, idleSeconds = 60 } = {}) {
  const box = sandbox();
  const store = await openLanceStore(`${box.dataDir}/index`);
  await fill(store, clips, signal);
  await store.optimize(signal);
  await store.close();
  // Started as a person's first command starts it, with the environment that gives it.
  await goldfish(box, 'status');
  const { pid } = endpointOf(box.dataDir);
  const { client } = await connectTo(box.dataDir);
  try {
    await client.initialize();
    client.notify('initialized');
    const all = queriesOf(WARM_UP + SEARCHES);
    await searches(client, all.slice(0, WARM_UP));
    const times = await searches(client, all.slice(WARM_UP));
    const memory = memoryMb(pid);
    const started = performance.now();
    const { code, stderr } = await goldfish(box, 'ask', all[0], '--json');
    if (code !== 0) throw new Error(`ask failed: ${stderr}`);
    const first = (performance.now() - started) / 1000;
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
    const idle = ((cpuSeconds(pid) - before) / idleSeconds) * 100;
    const name = `daemon, ${clips.toLocaleString('en')} clips`;
    return [
      {
        name: `${name}, search over the socket, p50`,
        value: tenth(at(times, 0.5)),
        unit: 'ms',
        target: '<= 10',
      },
      { name: `${name}, search over the socket, p99`, value: tenth(at(times, 0.99)), unit: 'ms', target: '' },
      { name: `${name}, command to answer, warm`, value: tenth(first), unit: 's', target: '<= 1' },
      {
        name: `${name}, memory after ${SEARCHES} searches`,
        value: Math.round(memory),
        unit: 'MB',
        target: '<= 200',
      },
      {
        name: `${name}, processor while idle`,
        value: Math.round(idle * 100) / 100,
        unit: '%',
        target: '< 0.1',
      },
    ];
  } finally {
    await goldfish(box, 'stop');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = (name, usual) => Number(process.argv[process.argv.indexOf(name) + 1] || usual) || usual;
  const options = process.argv.includes('--clips') || process.argv.includes('--idle');
  const rows = await bench(
    options ? { clips: given('--clips', 10_000), idleSeconds: given('--idle', 60) } : {},
  );
  for (const { name, value, unit, target } of rows) console.log(`${name}\t${value} ${unit}\t${target}`);
}
