// Loaded into every process of a daemon through NODE_OPTIONS: an inference child kills itself as from outside, at its
// n-th call, once that has taken so much processor time. Each child takes the next line of the file that
// GOLDFISH_TEST_MOMENTS names (`n ms`), and lives on where none is left. Processor time, so that a busy machine changes
// little.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const file = process.env.GOLDFISH_TEST_MOMENTS;

function used() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function takeMoment() {
  const [moment, ...rest] = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  writeFileSync(file, rest.map((line) => `${line}\n`).join(''));
  return moment;
}

function watch() {
  let moment;
  let calls = 0;
  process.on('message', ({ kind }) => {
    if (kind !== 'call') return;
    // A child that cannot even start is another matter: its first call comes when it has.
    if (calls === 0) moment = takeMoment();
    calls += 1;
    if (moment === undefined || calls !== Number(moment.split(' ')[0])) return;
    const from = used();
    setInterval(() => {
      if (used() - from < Number(moment.split(' ')[1])) return;
      appendFileSync(`${file}.killed`, `${moment}\n`);
      process.kill(process.pid, 'SIGKILL');
    }, 1);
  });
}

if (file && process.argv[1]?.endsWith('inference.mjs')) watch();
