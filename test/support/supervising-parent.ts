import { join } from 'node:path';
import { createChildSupervisor } from '../../server/src/base/child-supervisor.ts';
import type { TestCalls } from './supervised-child.ts';

// Starts a child, sends the child's pid, and waits to be killed.
const child = createChildSupervisor<TestCalls>({
  name: 'test',
  entry: join(import.meta.dirname, 'supervised-child.ts'),
  silenceMs: 600_000,
  idleMs: 600_000,
});
const signal = new AbortController().signal;
const pid = await child.call('pid', null, { signal });
child.call('wait', null, { signal }).catch(() => undefined);
process.send?.(pid);
