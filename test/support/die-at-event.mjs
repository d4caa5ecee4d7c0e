// Loaded into every process of a daemon through NODE_OPTIONS. An inference child kills itself with SIGKILL at the event
// that the first line of a file names. The parameter `file` of this module's URL is the path of that file. The child
// removes the line before it dies, so that every planned kill happens, however fast the machine is. Without lines a child
// lives on. Calls that run a model are counted in each child, from 1:
//
//   loading 2       the 2nd part of the model has been loaded, others not yet
//   call 3          the 3rd call has arrived and has not started
//   running 3 5     the model has run 5 times in the 3rd call
//   reply 3         the 3rd call is done, and its reply is about to be sent
//   replied 3       the reply of the 3rd call has been sent
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = new URL(import.meta.url).searchParams.get('file');

/** Kills this process if the next line names this event. */
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
