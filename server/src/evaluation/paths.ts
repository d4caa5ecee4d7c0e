import { join } from 'node:path';

/** Returns the folders of evaluations inside a data folder. */
export function evaluationPaths(dataDir: string) {
  const root = join(dataDir, 'eval');
  return {
    root,
    set: (id: string) => join(root, 'sets', id),
    run: (name: string) => join(root, 'runs', toEvalFileName(name)),
    runs: join(root, 'runs'),
    /** Data folder of the daemon that serves an index recipe. */
    index: (digest: string) => join(root, 'indexes', digest),
    verdicts: join(root, 'verdicts'),
  } as const;
}

/** Returns a name for a file: every character that a file system may refuse is escaped. */
export function toEvalFileName(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]/g, (character) => `~${character.codePointAt(0)?.toString(16)}~`);
}

/** Returns the name that `toEvalFileName` escaped. */
export function fromEvalFileName(name: string): string {
  return name.replace(/~([0-9a-f]+)~/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
