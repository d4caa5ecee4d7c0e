import { isAbsolute, join, resolve } from 'node:path';
import envPaths from 'env-paths';

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const platformPaths = envPaths('goldfish', { suffix: '' });

/** Returns the data folder used without `--data-dir`: GOLDFISH_DATA_DIR, otherwise the platform's standard folder. */
export function defaultDataDir(env: EnvironmentVariables = process.env): string {
  return env.GOLDFISH_DATA_DIR ? resolve(env.GOLDFISH_DATA_DIR) : platformPaths.data;
}

/** Returns the data folder of the demo. It is in the cache folder, separate from the user's library. */
export function demoDataDir(): string {
  return `${platformPaths.cache}/demo`;
}

/** Returns the folder of models, which all data folders share: GOLDFISH_MODELS_DIR, otherwise the standard cache folder. */
export function modelsDir(env: EnvironmentVariables = process.env): string {
  return env.GOLDFISH_MODELS_DIR ? resolve(env.GOLDFISH_MODELS_DIR) : join(platformPaths.cache, 'models');
}

/** Returns the folder of the trainer's Python packages: GOLDFISH_TRAIN_DIR, otherwise in the standard cache folder. */
export function trainingDir(env: EnvironmentVariables = process.env): string {
  return env.GOLDFISH_TRAIN_DIR ? resolve(env.GOLDFISH_TRAIN_DIR) : join(platformPaths.cache, 'train');
}

/** Returns the folder of media that a worker fetched, which all workers of a user share. */
export function workerCacheDir(): string {
  return join(platformPaths.cache, 'worker');
}

/** Returns the user's working directory. `npm run` changes the directory and keeps the user's in INIT_CWD. */
export function userWorkingDirectory(env: EnvironmentVariables, cwd: string): string {
  return env.npm_lifecycle_event && env.INIT_CWD && isAbsolute(env.INIT_CWD) ? env.INIT_CWD : cwd;
}

/** Returns the paths inside a data folder. Files inside the index are the store's business. */
export function dataDirPaths(dataDir: string) {
  return {
    lock: join(dataDir, 'daemon.lock'),
    /** Names the socket. Written when the daemon listens, removed when it ends. */
    endpoint: join(dataDir, 'daemon.json'),
    settings: join(dataDir, 'settings.json'),
    /** Temporary files of the daemon and its children. Emptied at every start. */
    temp: join(dataDir, 'tmp'),
    logs: join(dataDir, 'logs'),
    /** Output of the daemon and native code outside the log. */
    stderr: join(dataDir, 'logs', 'daemon.stderr'),
    index: join(dataDir, 'index'),
    folders: join(dataDir, 'folders.json'),
    corrections: join(dataDir, 'corrections'),
    alerts: join(dataDir, 'alerts.json'),
    /** What was compared with the alerts, and what matched. */
    alertLog: join(dataDir, 'alert-log.jsonl'),
    /** Measured times of captions, for estimates. */
    paces: join(dataDir, 'paces.json'),
    searches: join(dataDir, 'searches.jsonl'),
    /** Results of the exams of models. */
    exams: join(dataDir, 'exams.json'),
    /** Users over the network, with hashes of their tokens. */
    users: join(dataDir, 'users.json'),
    /** Secret that workers read media with. */
    workerToken: join(dataDir, 'worker-token'),
    /** Random id of this data folder, by which a daemon recognises its own lease on object storage. */
    indexOwner: join(dataDir, 'index-owner'),
    /** Lists what was downloaded, so that nothing is fetched twice. */
    downloaded: join(dataDir, 'downloaded.txt'),
    /** Port and token of the page. */
    page: join(dataDir, 'page.json'),
    /** Port and token of the page for other devices in the network. */
    networkPage: join(dataDir, 'network-page.json'),
  } as const;
}
