import { isAbsolute, join, resolve } from 'node:path';
import envPaths from 'env-paths';

type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

const platformPaths = envPaths('goldfish', { suffix: '' });

/** The data folder that is used where no `--data-dir` names one: GOLDFISH_DATA_DIR, else the platform's standard place. */
export function defaultDataDir(env: EnvironmentVariables = process.env): string {
  return env.GOLDFISH_DATA_DIR ? resolve(env.GOLDFISH_DATA_DIR) : platformPaths.data;
}

/** The data folder of the demo: apart from the user's library, among what may be deleted at any time. */
export function demoDataDir(): string {
  return `${platformPaths.cache}/demo`;
}

/** Where models lie, shared by all data folders of a user: GOLDFISH_MODELS_DIR, else the standard cache folder. */
export function modelsDir(env: EnvironmentVariables = process.env): string {
  return env.GOLDFISH_MODELS_DIR ? resolve(env.GOLDFISH_MODELS_DIR) : join(platformPaths.cache, 'models');
}

/** Where the person stands: under `npm run` npm changes the working directory and keeps the user's in INIT_CWD. */
export function userWorkingDirectory(env: EnvironmentVariables, cwd: string): string {
  return env.npm_lifecycle_event && env.INIT_CWD && isAbsolute(env.INIT_CWD) ? env.INIT_CWD : cwd;
}

/** Paths inside a data folder that are not the index's own. */
export function dataDirPaths(dataDir: string) {
  return {
    lock: join(dataDir, 'daemon.lock'),
    /** Names the socket; written when the daemon listens, removed when it ends. */
    endpoint: join(dataDir, 'daemon.json'),
    settings: join(dataDir, 'settings.json'),
    logs: join(dataDir, 'logs'),
    /** What the daemon and native code print outside the log. */
    stderr: join(dataDir, 'logs', 'daemon.stderr'),
    index: join(dataDir, 'index'),
    folders: join(dataDir, 'folders.json'),
    corrections: join(dataDir, 'corrections'),
    /** How long captions took here, to foretell how long the next ones will. */
    paces: join(dataDir, 'paces.json'),
  } as const;
}
