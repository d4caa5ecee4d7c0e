import { fileURLToPath } from 'node:url';

/** Path of a child's entry file: beside the bundle when bundled, in children/ when run from source. */
export function childPath(name: string): string {
  const inSource = import.meta.url.endsWith('/base/children.ts');
  return fileURLToPath(
    new URL(inSource ? `../children/${name}.ts` : `./children/${name}.mjs`, import.meta.url),
  );
}
