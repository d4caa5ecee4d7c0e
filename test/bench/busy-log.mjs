// Loaded into every process of a daemon through NODE_OPTIONS: an inference child writes into the file that the
// parameter `file` of this module's URL names when it is given work, when text comes and when it has answered: `begin`,
// `text` or `end` and ms since 1970.
import { appendFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file');
const note = (what) => appendFileSync(file, `${what} ${performance.timeOrigin + performance.now()}\n`);

if (file && process.argv[1]?.endsWith('inference.mjs')) {
  process.on('message', ({ id, method }) => {
    if (id !== undefined && method !== undefined) note('begin');
  });
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    if (message.method === '$/progress' && 'delta' in message.params.value) note('text');
    if (message.id !== undefined && message.method === undefined) note('end');
    return send(message, ...rest);
  };
}
