import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithTests } from './started.ts';
import { tempFolder } from './temp-folder.ts';

export interface PostgresServer {
  readonly url: string;
  /** Kills all its processes with SIGKILL, as a power failure does, and starts it again. */
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

/** Starts PostgreSQL on a port of 127.0.0.1, with a cluster of its own. It refuses to run as root. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: numericId('-u'), gid: numericId('-g') } : {};
  const parent = tempFolder();
  chmodSync(parent, 0o755);
  const folder = mkdtempSync(join(parent, 'pg'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const cluster = join(folder, 'cluster');
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(join(programs, program), args, {
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: folder,
    });
  run('initdb', '-D', cluster, '-U', 'goldfish', '--auth=trust', '--no-sync', '-E', 'UTF8');
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  let child = await start();
  const psql = (database: string, command: string) =>
    run('psql', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'goldfish', '-d', database, '-c', command);
  psql('postgres', 'CREATE DATABASE goldfish');

  async function start() {
    const options = ['-D', cluster, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
    const server = endWithTests(
      spawn(join(programs, 'postgres'), options, {
        ...user,
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: folder,
      }),
    );
    for await (const line of createInterface({ input: server.stderr }))
      if (line.includes('ready to accept connections')) break;
    server.stderr.resume();
    return server;
  }

  async function stop(): Promise<void> {
    const exited = once(child, 'exit');
    // Immediate shutdown: its children end without a clean-up, and the next start recovers.
    child.kill('SIGQUIT');
    await exited;
  }

  return {
    url: `postgres://goldfish@127.0.0.1:${port}/goldfish`,
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
