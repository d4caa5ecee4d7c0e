import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { afterTest } from './after-test.ts';

/** A host of a test: a network namespace with an address of its own. */
export interface TestHost {
  readonly address: string;
  /** Program and arguments that run a command on the host. */
  readonly prefix: readonly string[];
  /** Cuts the cable, or plugs it in again. */
  setConnected(isConnected: boolean): void;
}

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Creates hosts that reach each other over a bridge in a namespace of their own, and nothing else. They disappear with
 * the test. Throws where network namespaces are not permitted.
 */
export function createHosts(t: TestContext, count: number): readonly TestHost[] {
  const id = randomBytes(3).toString('hex');
  const hub = `gf${id}hub`;
  ip('netns', 'add', hub);
  afterTest(t, () => ip('netns', 'del', hub));
  ip('-n', hub, 'link', 'add', 'bridge', 'type', 'bridge');
  ip('-n', hub, 'link', 'set', 'bridge', 'up');
  return Array.from({ length: count }, (_, index) => {
    const name = `gf${id}h${index}`;
    const port = `port${index}`;
    const address = `10.213.0.${index + 1}`;
    ip('netns', 'add', name);
    afterTest(t, () => ip('netns', 'del', name));
    ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('-n', hub, 'link', 'set', port, 'master', 'bridge', 'up');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return {
      address,
      prefix: ['ip', 'netns', 'exec', name],
      setConnected: (isConnected) => {
        ip('-n', hub, 'link', 'set', port, isConnected ? 'up' : 'down');
      },
    };
  });
}
