import { fileURLToPath } from 'node:url';

const inSource = import.meta.url.endsWith('/base/children.ts');

/** Path of a child's entry file: beside the bundle when bundled, in children/ when run from source. */
export function childPath(name: string): string {
  return fileURLToPath(
    new URL(inSource ? `../children/${name}.ts` : `./children/${name}.mjs`, import.meta.url),
  );
}

/** Path of the `goldfish` command's entry file. */
export function entryPath(): string {
  return fileURLToPath(new URL(inSource ? '../main.ts' : './goldfish.mjs', import.meta.url));
}

/** Folder of the built page. */
export function pageFolder(): string {
  return fileURLToPath(new URL(inSource ? '../../../dist/page' : './page', import.meta.url));
}

/** What every process of ours that loads native code needs in its environment, set before it starts. */
export const nativeEnvironment = {
  // ONNX Runtime would write a device id and announce uploads.
  ORT_DISABLE_TELEMETRY: '1',
  // glibc's arenas would keep some 300 MB after flat scans.
  MALLOC_ARENA_MAX: '2',
  // What is freed goes back to the system: 50 MB after indexing.
  MALLOC_TRIM_THRESHOLD_: '131072',
  LANCEDB_LOG: 'error',
} as const;

/**
 * Flags of Node for the daemon: collect early rather than grow. Each search makes some MB of garbage; after 100 of
 * them this saves 70 MB and costs a fifth more processor time.
 */
export const daemonFlags = ['--max-semi-space-size=2', '--heap-growing-percent=30'] as const;
