// The child of children.bench.mjs: `bare` answers each message with itself, otherwise it serves calls as ours do.
import { serveChildCalls } from '../../server/src/base/child-server.ts';

/** Processor time so far, microseconds. */
function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

if (process.argv[2] === 'bare') {
  process.on('message', (message) => process.send(message === 'cpu' ? cpuMicros() : message));
} else {
  serveChildCalls({
    echo: async (params) => params,
    cpu: async () => cpuMicros(),
    frames: async ({ count, bytes }, { emit }) => {
      for (let i = 0; i < count; i += 1) await emit(new Uint8Array(bytes));
      return null;
    },
  });
}
