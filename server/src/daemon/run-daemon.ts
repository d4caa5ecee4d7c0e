import { availableParallelism } from 'node:os';
import type { EndReason } from '../../protocol/errors.ts';
import type { ServeParams } from '../../protocol/users.ts';
import { createJsonExamBook } from '../adapters/json-exam-book.ts';
import { nativeEnvironment } from '../base/children.ts';
import { createLifetime, endOnSignals, type Lifetime, watchProcess } from '../base/lifetime.ts';
import { type Log, openLog } from '../base/log.ts';
import { makeFolders } from '../base/make-folders.ts';
import { messageOf } from '../base/message-of.ts';
import { dataDirPaths, modelsDir } from '../base/paths.ts';
import { useProxy } from '../base/proxy.ts';
import type { Library } from '../library.ts';
import type { TeamService } from '../rpc/services.ts';
import { createSessions } from '../rpc/sessions.ts';
import { type OpenSettings, openSettings } from '../settings/settings-file.ts';
import { createApiKeys } from './api-keys.ts';
import { closeInheritedFds } from './close-inherited-fds.ts';
import { composeLibrary } from './compose-library.ts';
import { findRunningDaemon } from './daemon-socket.ts';
import { type DataDirLock, takeLock } from './data-dir-lock.ts';
import { identity } from './find-or-start.ts';
import { measureLibrary } from './measure-library.ts';
import { createModels, type Models } from './models.ts';
import { openPages } from './open-pages.ts';
import type { TeamOptions } from './open-team.ts';
import { publishEndpoint } from './publish-endpoint.ts';
import { serveDownloads } from './serve-downloads.ts';
import { serveModels } from './serve-models.ts';
import { openRecordings } from './serve-recordings.ts';
import { serveSettings } from './serve-settings.ts';
import { openWorkers } from './serve-workers.ts';
import { openTempFolder } from './temp-folder.ts';
import { removeUnfinishedWrites } from './unfinished-writes.ts';

export interface DaemonOptions {
  /** Absolute path. */
  readonly dataDir: string;
  /** The daemon ends with this process. Used by the demo. */
  readonly withPid?: number;
  /** Where to serve the library to users, until the daemon ends. */
  readonly serve?: ServeParams;
}

/** How long to wait, when the lock is taken, for its owner to answer or to end. */
const LOCK_TIMEOUT_MS = 30_000;
/** Polling interval: operating-system locks send no event. */
const LOCK_RETRY_INTERVAL_MS = 50;
/** Time that running requests get during shutdown before they are cut off. */
const DRAIN_TIMEOUT_MS = 2000;

/**
 * Runs the daemon of a data folder until it is asked to stop. Resolves with an exit code, which is 0 also if
 * another daemon already serves the folder. Rejects if the folder cannot be used.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { dataDir } = options;
  prepareProcess(dataDir);
  const lock = await waitForLock(dataDir);
  if (lock === undefined) {
    printOnTerminal(`A daemon is already running for ${dataDir}.`);
    return 0;
  }

  removeUnfinishedWrites(dataDir, Date.now());
  const tempFolder = openTempFolder(dataDirPaths(dataDir).temp);
  const settings = await openSettings(dataDir);
  const logFile = openLog(dataDirPaths(dataDir).logs, {
    level: settings.all()['log.level'],
    megabytes: settings.all()['log.megabytes'],
    files: settings.all()['log.files'],
  });
  const { log } = logFile;
  const lifetime = createLifetime((name, message) => log.error('clean-up failed', { name, message }));
  // A signal or the end of the data folder's owner also means that nobody wants a daemon here now.
  let endReason: EndReason = 'stopped';
  logProcessErrors(log, () => {
    if (!lifetime.signal.aborted) endReason = 'failed';
    void lifetime.end('uncaught exception');
  });
  endOnSignals(lifetime);
  logStart(log, dataDir, settings);

  // Clean-ups run last to first. Connections close last, so that a client that sees the close finds the lock
  // free.
  const cutOff = new AbortController();
  let sessions: ReturnType<typeof createSessions> | undefined;
  lifetime.defer('connections', () => sessions?.end());
  lifetime.defer('lock', () => lock.release());
  lifetime.defer('log', () => {
    log.info('daemon ends', { pid: process.pid });
    return logFile.close();
  });
  lifetime.defer('settings', () => settings.close());
  try {
    useProxy(process.env, (problem) => log.warn('proxy', { problem }));
    const keys = createApiKeys();
    const models = createDaemonModels(dataDir, settings, keys, log);
    lifetime.defer('models', () => models.close());
    let library: Library | undefined;
    const workers = await openWorkers(
      dataDir,
      settings,
      findFiles(() => library),
      log,
    );
    library = await composeLibrary({ dataDir, tempFolder, lifetime }, settings, models, workers, log);
    const measured = measureLibrary(library, () => performance.now());
    const openLibrary = measured.library;
    lifetime.defer('library', () => openLibrary.close());
    // Before the library: what workers run stays in the queue for the next daemon.
    if (workers !== undefined) lifetime.defer('workers', () => workers.close());
    const pages = openPages({
      library: openLibrary,
      dataDir,
      settings,
      lifetime,
      onClient: (stream, access) => sessions?.add(stream, access),
      log,
    });
    const listWorkers = () => workers?.list() ?? { queue: '', workers: [] };
    const team = openTeamLater(lifetime, {
      dataDir,
      library: openLibrary,
      measured,
      settings,
      workers: listWorkers,
      identity,
      addSession: (stream, access) => sessions?.add(stream, access),
      draining: lifetime.signal,
      log: log.with({ part: 'team' }),
    });
    sessions = createSessions({
      library: openLibrary,
      page: pages.open,
      settings: serveSettings(settings),
      team,
      workers: listWorkers,
      downloads: serveDownloads({
        library,
        settings: settings.all,
        archiveFile: dataDirPaths(dataDir).downloaded,
        env: process.env,
      }),
      recordings: openRecordings({ library, settings: settings.all, lifetime, log }),
      models: serveModels({ models, settings: settings.all, modelsDir: modelsDir(), env: process.env, keys }),
      identity,
      log,
      onLogLine: logFile.onLine,
      stop: (reason, cause) => {
        if (!lifetime.signal.aborted) endReason = reason;
        log.info('daemon drains', { reason, cause });
        void lifetime.end(cause);
      },
      endReason: () => endReason,
      draining: lifetime.signal,
      cutOff: cutOff.signal,
    });
    const openSessions = sessions;
    await pages.resume();
    lifetime.defer('requests', () => openSessions.settle(DRAIN_TIMEOUT_MS, cutOff));
    if (options.serve !== undefined) await (await team()).serve(options.serve, lifetime.signal);
    await publishEndpoint(dataDir, { lock, tempFolder }, lifetime, log, (socket) => openSessions.add(socket));
    printOnTerminal(`The daemon for ${dataDir} is running. Press Ctrl-C or run "goldfish stop" to stop it.`);
    settings.onChange((all) => logFile.setLevel(all['log.level']));
    if (options.withPid !== undefined) endWith(options.withPid, lifetime);
  } catch (error) {
    await endFailedStart(lifetime, log, error);
  }
  await lifetime.ended;
  return 0;
}

/** Returns what workers may read, before the library is open: nothing until then. */
function findFiles(library: () => Library | undefined): Pick<Library, 'holds' | 'isIndexedFile'> {
  return {
    holds: (uri) => library()?.holds(uri) === true,
    isIndexedFile: (uri, stat) => library()?.isIndexedFile(uri, stat) === true,
  };
}

function logStart(log: Log, dataDir: string, settings: OpenSettings): void {
  log.info('daemon starts', {
    pid: process.pid,
    build: identity.build,
    node: process.versions.node,
    dataDir,
  });
  for (const problem of settings.problems()) log.warn('settings', { problem });
}

/** Prepares the process for native libraries, child processes and private files. */
function prepareProcess(dataDir: string): void {
  closeInheritedFds();
  // A daemon started by hand or by a Windows task lacks these variables. Libraries loaded later and child
  // processes read them.
  for (const [name, value] of Object.entries(nativeEnvironment)) process.env[name] ??= value;
  // Transcripts are private: only this user may read what the daemon writes.
  process.umask(0o077);
  makeFolders(dataDir, 0o700);
}

/** Creates the models of a data folder, which share the machine with the daemon. */
function createDaemonModels(
  dataDir: string,
  settings: OpenSettings,
  keys: ReturnType<typeof createApiKeys>,
  log: Log,
): Models {
  return createModels({
    settings: settings.all,
    onSettings: settings.onChange,
    modelsDir: modelsDir(),
    env: process.env,
    clientKey: keys.current,
    exams: createJsonExamBook(dataDirPaths(dataDir).exams, (problem) => log.warn('exams', { problem })),
    threads: () => Math.floor((availableParallelism() * settings.all()['work.cpuShare']) / 100),
    log: (message) => log.warn('inference', { message }),
  });
}

/** Returns a function that opens the service of users with its first call. */
function openTeamLater(lifetime: Lifetime, options: TeamOptions): () => Promise<TeamService> {
  let opened: Promise<TeamService> | undefined;
  const open = async () => {
    const { openTeam } = await import('./open-team.ts');
    const team = openTeam(options);
    lifetime.defer('team', () => team.close());
    return team;
  };
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** Ends a daemon that cannot start. Throws the error, unless it was ended while it started. */
async function endFailedStart(lifetime: Lifetime, log: Log, error: unknown): Promise<void> {
  if (lifetime.signal.aborted) return;
  log.error('daemon cannot start', { message: messageOf(error) });
  await lifetime.end('cannot start');
  throw error;
}

/** Ends the daemon when another process ends. */
function endWith(pid: number, lifetime: Lifetime): void {
  lifetime.defer(
    'owner',
    watchProcess(pid, () => void lifetime.end(`process ${pid} ended`)),
  );
}

/**
 * Takes the lock. Resolves to undefined if a daemon answers. It is asked first, because some network file systems grant
 * every lock.
 */
async function waitForLock(dataDir: string): Promise<DataDirLock | undefined> {
  const deadlineMs = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    const otherDaemon = await findRunningDaemon(dataDir);
    if (otherDaemon !== undefined) {
      otherDaemon.socket.destroy();
      return undefined;
    }
    const lock = takeLock(dataDirPaths(dataDir).lock);
    if (lock !== undefined) return lock;
    if (Date.now() > deadlineMs)
      throw new Error(
        `Another process has locked ${dataDirPaths(dataDir).lock} and is not responding. Stop that process, or choose another folder with --data-dir.`,
      );
    await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_INTERVAL_MS));
  }
}

/** Prints for a user who started the daemon by hand. In other cases nobody would read it. */
function printOnTerminal(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

/** Logs errors that nobody caught. One failed request must not end the daemon for all others. */
function logProcessErrors(log: Log, onFatalError: () => void): void {
  process.on('unhandledRejection', (error) =>
    log.error('unhandled rejection', { message: messageOf(error), stack: findStack(error) }),
  );
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', { message: error.message, stack: error.stack });
    process.exitCode = 1;
    onFatalError();
  });
}

function findStack(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
