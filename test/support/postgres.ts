import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithTests } from './started.ts';
import { tempFolder } from './temp-folder.ts';

export interface PostgresServer {
  readonly url: string;
  /** Kills all its processes with SIGKILL, as a power failure does, and starts it again. May follow `stop`. */
  restart(): Promise<void>;
  /** Deletes all rows of the queue. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's programs of the newest PostgreSQL, which are not on PATH. */
function findPrograms(): string {
  const base = '/usr/lib/postgresql';
  const newest = readdirSync(base).sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed');
  return join(base, newest, 'bin');
}

/** Truncates the tables of the queue; those that say which migrations ran stay. */
const TRUNCATE_ALL = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'goldfish' AND tablename NOT LIKE '%migration%' LOOP
    EXECUTE format('TRUNCATE goldfish.%I CASCADE', name);
  END LOOP; END $$`;

const numericId = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));

export interface PostgresOptions {
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** A free port by default. */
  readonly port?: number;
  /** Program and arguments that run a command on another host, such as `ip netns exec NAME`; needs root. */
  readonly prefix?: readonly string[];
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts PostgreSQL with a cluster of its own, on loopback unless `host` says otherwise. It refuses to run as root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { host = '127.0.0.1', prefix = [] } = options;
  const programs = findPrograms();
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [numericId('-u'), numericId('-g')] : [undefined, undefined];
  const asUser =
    uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
  const parent = tempFolder();
  chmodSync(parent, 0o755);
  const folder = mkdtempSync(join(parent, 'pg'));
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const cluster = join(folder, 'cluster');
  const toCommand = (name: string, args: readonly string[]): readonly [string, readonly string[]] => {
    const [program = '', ...rest] = [...prefix, ...asUser, join(programs, name), ...args];
    return [program, rest];
  };
  const run = (name: string, ...args: readonly string[]) => {
    const [program, rest] = toCommand(name, args);
    execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
  };
  run('initdb', '-D', cluster, '-U', 'goldfish', '--auth=trust', '--no-sync', '-E', 'UTF8');
  appendFileSync(join(cluster, 'pg_hba.conf'), 'host all all samenet trust\n');
  const port = options.port ?? (await findFreePort());
  let child = await start();
  const psql = (database: string, command: string) =>
    run('psql', '-h', host, '-p', `${port}`, '-U', 'goldfish', '-d', database, '-c', command);
  psql('postgres', 'CREATE DATABASE goldfish');

  async function start() {
    const [program, args] = toCommand('postgres', [
      '-D',
      cluster,
      '-p',
      `${port}`,
      '-h',
      host,
      '-k',
      folder,
      '-c',
      'fsync=off',
    ]);
    const server = endWithTests(spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder }));
    for await (const line of createInterface({ input: server.stderr }))
      if (line.includes('ready to accept connections')) break;
    server.stderr.resume();
    return server;
  }

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    // Immediate shutdown: its children end without a clean-up, and the next start recovers.
    child.kill('SIGQUIT');
    await exited;
  }

  return {
    url: `postgres://goldfish@${host}:${port}/goldfish`,
    async restart() {
      await stop();
      child = await start();
    },
    async flush() {
      psql('goldfish', TRUNCATE_ALL);
    },
    stop,
  };
}
