import envPaths from 'env-paths';

const places = envPaths('goldfish', { suffix: '' });

/** The data folder that is used where no `--data-dir` names one: the platform's standard place. */
export function standardDataDir(): string {
  return places.data;
}

/** The data folder of the demo: apart from the user's library, among what may be deleted at any time. */
export function demoDataDir(): string {
  return `${places.cache}/demo`;
}
