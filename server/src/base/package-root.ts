import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPath } from './children.ts';

/** Returns the folder of this package: a clone of the project or an installation. */
export function packageRoot(): string {
  for (let folder = dirname(entryPath()); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder))
      throw new Error('This installation of Goldfish has no package.json. Install it again.');
  }
}
