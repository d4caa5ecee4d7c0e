import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { nativeEnvironment, pageFolder } from '../base/children.ts';
import { createLifetime, endOnSignals, type Lifetime, watchProcess } from '../base/lifetime.ts';
import { type Log, openLog } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { filesOf, modelsDir } from '../base/places.ts';
import { useProxy } from '../base/proxy.ts';
import { createPageServer } from '../http/server.ts';
import { channelOf } from '../rpc/channel.ts';
import { createSessions } from '../rpc/sessions.ts';
import { openSettings } from '../settings/open.ts';
import { compose } from './compose.ts';
import { closeInherited } from './inherited.ts';
import { createKeys } from './keys.ts';
import { type Lock, takeLock } from './lock.ts';
import { createModels } from './models.ts';
import { identity } from './open.ts';
import { becomeReachable } from './reach.ts';
import { serveModels } from './serve-models.ts';
import { serveSettings } from './serve-settings.ts';
import { find } from './socket.ts';

export interface DaemonOptions {
  /** Absolute path. */
  readonly dataDir: string;
  /** The daemon ends with this process: the demo's. */
  readonly withPid?: number;
}

/** How long a daemon that found the lock held waits for its holder to answer or to end. */
const LOCK_LIMIT_MS = 30_000;
/** An operating-system lock has no event. */
const LOCK_TICK_MS = 50;
/** What a drain leaves to running requests before it cuts them off. */
const PATIENCE_MS = 2000;

/**
 * Runs the daemon of a data folder until it is asked to end. Resolves with an exit code: 0 also where another daemon
 * serves the folder already. Rejects where the folder cannot be used.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { dataDir } = options;
  closeInherited();
  // Started by hand or by a Windows task, it has none of these; libraries that load later, and children, read them.
  for (const [name, value] of Object.entries(nativeEnvironment)) process.env[name] ??= value;
  // Transcripts are private: whatever the daemon writes is for its user alone.
  process.umask(0o077);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = await waitForLock(dataDir);
  if (lock === undefined) {
    say(`Another daemon serves ${dataDir} already.`);
    return 0;
  }

  const settings = await openSettings(dataDir);
  const opened = openLog(filesOf(dataDir).logs, {
    level: settings.all()['log.level'],
    megabytes: settings.all()['log.megabytes'],
    files: settings.all()['log.files'],
  });
  const { log } = opened;
  const lifetime = createLifetime((name, message) => log.error('clean-up failed', { name, message }));
  guard(log, lifetime);
  endOnSignals(lifetime);
  log.info('daemon starts', {
    pid: process.pid,
    build: identity.build,
    node: process.versions.node,
    dataDir,
  });
  for (const problem of settings.problems()) log.warn('settings', { problem });

  // Undone from the last to the first. Connections close last: whoever waits for that finds the lock free.
  const cutOff = new AbortController();
  let sessions: ReturnType<typeof createSessions> | undefined;
  lifetime.defer('connections', () => sessions?.end());
  lifetime.defer('lock', () => lock.release());
  lifetime.defer('log', () => {
    log.info('daemon ends', { pid: process.pid });
    return opened.close();
  });
  lifetime.defer('settings', () => settings.close());
  try {
    useProxy(process.env, (problem) => log.warn('proxy', { problem }));
    const keys = createKeys();
    const models = createModels({
      settings: settings.all,
      onSettings: settings.onChange,
      modelsDir: modelsDir(),
      env: process.env,
      givenKey: keys.current,
      threads: () => Math.floor((availableParallelism() * settings.all()['work.cpuShare']) / 100),
      log: (message) => log.warn('inference', { message }),
    });
    lifetime.defer('models', () => models.close());
    const library = await compose(dataDir, settings, models, log);
    lifetime.defer('library', () => library.close());
    const page = createPageServer({
      library,
      assets: pageFolder(),
      onClient: (webSocket) => sessions?.add(channelOf(webSocket)),
      log: log.with({ part: 'page' }),
    });
    lifetime.defer('page', () => page.close());
    sessions = createSessions({
      library,
      page: page.url,
      settings: serveSettings(settings),
      models: serveModels({ models, settings: settings.all, modelsDir: modelsDir(), env: process.env, keys }),
      identity,
      log,
      onLogLine: opened.onLine,
      stop: (reason) => {
        log.info('daemon drains', { reason });
        void lifetime.end(reason);
      },
      draining: lifetime.signal,
      cutOff: cutOff.signal,
    });
    const served = sessions;
    lifetime.defer('requests', () => served.settle(PATIENCE_MS, cutOff));
    await becomeReachable(dataDir, lock, lifetime, log, (socket) => served.add(socket));
    say(`The daemon of ${dataDir} listens. Ctrl-C or "goldfish stop" ends it.`);
    settings.onChange((all) => opened.setLevel(all['log.level']));
    if (options.withPid !== undefined) {
      const pid = options.withPid;
      lifetime.defer(
        'owner',
        watchProcess(pid, () => void lifetime.end(`process ${pid} ended`)),
      );
    }
  } catch (error) {
    log.error('daemon cannot start', { message: messageOf(error) });
    await lifetime.end('cannot start');
    throw error;
  }
  await lifetime.ended;
  return 0;
}

/** The lock, or undefined where its holder answers. */
async function waitForLock(dataDir: string): Promise<Lock | undefined> {
  const until = Date.now() + LOCK_LIMIT_MS;
  for (;;) {
    const lock = takeLock(filesOf(dataDir).lock);
    if (lock !== undefined) return lock;
    const other = await find(dataDir);
    if (other !== undefined) {
      other.socket.destroy();
      return undefined;
    }
    if (Date.now() > until)
      throw new Error(
        `Another process holds ${filesOf(dataDir).lock} and does not answer. End it, or choose another folder with --data-dir.`,
      );
    await new Promise((done) => setTimeout(done, LOCK_TICK_MS));
  }
}

/** For whoever started it by hand; nobody reads it otherwise. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

/** A defect in one request must not take the daemon from the others. */
function guard(log: Log, lifetime: Lifetime): void {
  process.on('unhandledRejection', (error) =>
    log.error('unhandled rejection', { message: messageOf(error), stack: stackOf(error) }),
  );
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', { message: error.message, stack: error.stack });
    process.exitCode = 1;
    void lifetime.end('uncaught exception');
  });
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
