// How soon a command answers, and what the daemon costs while nothing is to do, with 10,000 clips in the index.
// `node test/bench/daemon.bench.mjs [--idle 60]` prints it alone. Linux only: it reads /proc.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { endpointOf, goldfish, sandbox } from '../support/daemon.ts';
import { fill, queriesOf } from './synthetic.mjs';

const CLIPS = 10_000;
const ASKED = 5;
/** Clock ticks a second of /proc/PID/stat (proc(5)). */
const TICKS = 100;

/** Seconds of processor time that a process has taken so far. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function timed(box, question) {
  const start = performance.now();
  const { code, stderr } = await goldfish(box, 'ask', question, '--json');
  if (code !== 0) throw new Error(`ask failed: ${stderr}`);
  return (performance.now() - start) / 1000;
}

/** @param {{idleSeconds?: number}} options @returns rows of {name, value, unit, target} */
export async function bench({ idleSeconds = 60 } = {}) {
  const box = sandbox();
  const store = await openLanceStore(`${box.dataDir}/index`);
  await fill(store, CLIPS, new AbortController().signal);
  await store.close();
  const [first = '', ...questions] = queriesOf(ASKED + 1);
  try {
    const cold = await timed(box, first);
    const times = [];
    for (const question of questions) times.push(await timed(box, question));
    const warm = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    const { pid } = endpointOf(box.dataDir);
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
    const idle = ((cpuSeconds(pid) - before) / idleSeconds) * 100;
    const hundredth = (number) => Math.round(number * 100) / 100;
    return [
      { name: 'command to answer, no daemon yet', value: hundredth(cold), unit: 's', target: '' },
      { name: 'command to answer, warm', value: hundredth(warm), unit: 's', target: '<= 1' },
      {
        name: `processor over ${idleSeconds} idle seconds`,
        value: hundredth(idle),
        unit: '%',
        target: '< 0.1',
      },
    ];
  } finally {
    await goldfish(box, 'stop');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.indexOf('--idle');
  const rows = await bench(given > 0 ? { idleSeconds: Number(process.argv[given + 1]) } : {});
  for (const { name, value, unit, target } of rows) console.log(`${name}\t${value} ${unit}\t${target}`);
}
