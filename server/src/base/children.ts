import { fileURLToPath } from 'node:url';

const inSource = import.meta.url.endsWith('/base/children.ts');

/** Returns the path of a child's entry file: beside the bundle, or in children/ if run from source. */
export function childPath(name: string): string {
  return fileURLToPath(
    new URL(inSource ? `../children/${name}.ts` : `./children/${name}.mjs`, import.meta.url),
  );
}

/** Returns the path of the `goldfish` command's entry file. */
export function entryPath(): string {
  return fileURLToPath(new URL(inSource ? '../main.ts' : './goldfish.mjs', import.meta.url));
}

/** Returns the folder of the built page. */
export function pageFolder(): string {
  return fileURLToPath(new URL(inSource ? '../../../dist/page' : './page', import.meta.url));
}

/** Variables that every process that loads native code needs. They take effect only if set before it starts. */
export const nativeEnvironment = {
  // Otherwise ONNX Runtime writes a device id and announces uploads.
  ORT_DISABLE_TELEMETRY: '1',
  // Otherwise glibc's arenas keep about 300 MB after exhaustive vector searches.
  MALLOC_ARENA_MAX: '2',
  // Returns freed memory to the system: 50 MB after indexing.
  MALLOC_TRIM_THRESHOLD_: '131072',
  LANCEDB_LOG: 'error',
} as const;

/**
 * Node flags for the daemon: collect garbage early instead of growing the heap. Each search makes a few MB of garbage.
 * With semi-spaces of 4 MB instead of 2, half as many young collections run, and a search in 100,000 clips costs a tenth
 * less processor time, for 4 MB of memory. While 20,000 videos are indexed, the heap may grow by 15 % between two
 * collections, which keeps it 25 MB smaller than 30 % and costs 3 % more processor time.
 */
export const daemonFlags = ['--max-semi-space-size=4', '--heap-growing-percent=15'] as const;
