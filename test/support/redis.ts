import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { endWithTests } from './started.ts';
import { tempFolder } from './temp-folder.ts';

export interface RedisServer {
  readonly url: string;
  /** Kills the server with SIGKILL and starts it again on the same port, empty: it persists nothing. May follow `stop`. */
  restart(): Promise<void>;
  /** Deletes everything, as an administrator may. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  readonly port?: number;
  /** Program and arguments that run the server, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
  readonly password?: string;
}

/** Returns a port of 127.0.0.1 that is free now. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts Debian's Redis without persistence, on loopback unless `host` says otherwise. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { host = '127.0.0.1', prefix = [], password = '' } = options;
  const port = options.port ?? (await findFreePort());
  const folder = tempFolder();
  const userInfo = password === '' ? '' : `:${password}@`;
  const url = `redis://${userInfo}${host}:${port}/0`;
  let child = await start();

  async function start(): Promise<ChildProcess> {
    const settings = [
      '--port',
      `${port}`,
      '--bind',
      host,
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ];
    const [program = 'redis-server', ...args] = [
      ...prefix,
      'redis-server',
      ...settings,
      '--requirepass',
      password,
    ];
    const server = endWithTests(spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
    const lines = createInterface({ input: server.stdout });
    for await (const line of lines) if (line.includes('Ready to accept connections')) break;
    server.stdout.resume();
    return server;
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  return {
    url,
    async restart() {
      await kill();
      child = await start();
    },
    async flush() {
      const [program = 'redis-cli', ...args] = [
        ...[...prefix, 'redis-cli', '--no-auth-warning', '-h', host, '-p', `${port}`],
        ...(password === '' ? [] : ['-a', password]),
        'FLUSHALL',
      ];
      const [code] = await once(spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
      if (code !== 0) throw new Error('Redis cannot be flushed');
    },
    stop: kill,
  };
}
