// Loaded into every process of a daemon through NODE_OPTIONS: an inference child writes into the file that
// GOLDFISH_BENCH_BUSY names when it is given work, when text comes and when it has answered: `begin`, `text` or `end` and ms since 1970.
import { appendFileSync } from 'node:fs';

const file = process.env.GOLDFISH_BENCH_BUSY;
const note = (what) => appendFileSync(file, `${what} ${performance.timeOrigin + performance.now()}\n`);

if (file && process.argv[1]?.endsWith('inference.mjs')) {
  process.on('message', ({ kind }) => {
    if (kind === 'call') note('begin');
  });
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    if (message.kind === 'event' && 'delta' in message.event) note('text');
    if (message.kind === 'result' || message.kind === 'error') note('end');
    return send(message, ...rest);
  };
}
