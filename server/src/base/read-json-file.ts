import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the JSON of a file; undefined if there is no file, or no JSON in it. */
export function readJsonFile(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Returns the value at a path of keys; undefined if there is none. */
export function readPath(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
