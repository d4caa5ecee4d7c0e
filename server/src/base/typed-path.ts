import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileUri } from './file-uri.ts';

/** Returns the URI of an absolute path as a person types it. `~` is the home folder. Returns undefined for other paths. */
export function typedPathToUri(text: string): string | undefined {
  const typed = text.trim();
  const path = /^~(?=$|[\\/])/.test(typed) ? join(homedir(), typed.slice(1)) : typed;
  return isAbsolute(path) && !path.includes('\0') ? canonical(path) : undefined;
}

function canonical(path: string): string {
  const uri = pathToFileUri(join(path));
  return uri.length > 'file:///'.length ? uri.replace(/\/$/, '') : uri;
}
