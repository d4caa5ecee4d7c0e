import { existsSync, writeFileSync } from 'node:fs';
import type { InferenceCalls } from '../../server/src/adapters/transformers/inference-messages.ts';
import { serveChildCalls } from '../../server/src/base/child-server.ts';

/**
 * An inference child that breaks as told by the texts it is given: `crash`, `hang`, `crash once FILE` (on its first
 * run in any process), else it writes the text back. It dies on a device named `deadly`.
 */
serveChildCalls<Pick<InferenceCalls, 'load' | 'generate' | 'listen'>>({
  load: async (place, { emit }) => {
    const device = place.devices.find((each) => !(each in place.avoid)) ?? 'none';
    await emit({ trying: device });
    if (device === 'deadly') process.abort();
    const steps = Object.entries(place.avoid).map(([name, reason]) => ({
      device: name,
      taken: false,
      reason,
    }));
    return { device, steps: [...steps, { device, taken: true, reason: 'it lives' }] };
  },
  generate: async ({ items, streams }, { emit }) => {
    await emit({ writing: true });
    if (streams) {
      await emit({ loaded: { device: 'cpu', steps: [] } });
      await emit({ delta: 'crash once' });
    }
    return items.map(({ prompt }) => {
      const text = prompt.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      const flag = /^crash once (.*)$/.exec(text)?.[1];
      if (text === 'crash' || (flag && !existsSync(flag))) {
        if (flag) writeFileSync(flag, '');
        process.kill(process.pid, 'SIGKILL');
      }
      // A native call that never returns holds the whole process.
      if (text === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      if (streams) emit({ delta: text.slice('crash once'.length) }).catch(() => undefined);
      return { text, complete: true };
    });
  },
  // Sound of one sample kills it, of two holds it; else it tells how many there are.
  listen: async ({ samples }) => {
    if (samples.length === 1) process.kill(process.pid, 'SIGKILL');
    if (samples.length === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return { segments: [{ text: `${samples.length} samples` }] };
  },
});
