// Loaded into every process of a daemon through NODE_OPTIONS: an inference child kills itself, as from outside, at an
// event that the first line of a file names: the parameter `file` of this module's URL. The line is taken out as the child dies, so that each
// planned kill hits, whatever the pace; a child lives on once no line is left. Calls that give a model work are counted in
// each child from 1:
//
//   loading 2       the 2nd part of the model has been loaded, the model has not
//   call 3          the 3rd call has come and nothing was done about it
//   running 3 5     the model has run 5 times in the 3rd call
//   reply 3         the 3rd call is done, and its reply is about to be sent
//   replied 3       the reply of the 3rd call has been sent
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = new URL(import.meta.url).searchParams.get('file');

/** Dies here where this is what the next line says. */
function reach(...event) {
  const [next, ...rest] = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  if (next !== event.join(' ')) return;
  writeFileSync(file, rest.map((line) => `${line}\n`).join(''));
  appendFileSync(`${file}.killed`, `${next}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function watchCalls() {
  let calls = 0;
  let id;
  let runs = 0;
  let parts = 0;
  process.on('message', (message) => {
    const isCall = message.id !== undefined && message.method !== undefined;
    if (!isCall || message.method.startsWith('load')) return;
    calls += 1;
    id = message.id;
    runs = 0;
    reach('call', calls);
  });
  const send = process.send.bind(process);
  process.send = (message, handle, options, done) => {
    if (message.result === undefined || message.id !== id) return send(message, handle, options, done);
    const call = calls;
    reach('reply', call);
    return send(message, handle, options, (error) => {
      done?.(error);
      if (!error) reach('replied', call);
    });
  };
  const { InferenceSession } = createRequire(process.argv[1])('onnxruntime-node');
  const { create } = InferenceSession;
  InferenceSession.create = async (...args) => {
    const session = await create.apply(InferenceSession, args);
    parts += 1;
    reach('loading', parts);
    const run = session.run.bind(session);
    session.run = async (...inputs) => {
      const outputs = await run(...inputs);
      runs += 1;
      reach('running', calls, runs);
      return outputs;
    };
    return session;
  };
}

if (file && process.argv[1]?.endsWith('inference.mjs')) watchCalls();
