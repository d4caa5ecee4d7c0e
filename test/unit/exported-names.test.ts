import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const source = join(import.meta.dirname, '../../server/src');

/** Names that two files may export, each with its reason. One word names one thing: keep this empty. */
const SHARED_NAMES: ReadonlySet<string> = new Set([]);

/** Returns the names that a file exports by declaration. */
function exportedNames(text: string): readonly string[] {
  const declaration =
    /^export (?:declare )?(?:async )?(?:function\*?|const enum|const|let|class|interface|type|enum) (\w+)/gm;
  const names = [...text.matchAll(declaration)].map((match) => match[1] ?? '');
  // Overloads of a function repeat its name.
  return [...new Set(names)];
}

test('given all files of the server, when their exports are compared, then no name is exported by two files', () => {
  const filesByName = new Map<string, string[]>();
  for (const file of globSync('**/*.ts', { cwd: source }).sort())
    for (const name of exportedNames(readFileSync(join(source, file), 'utf8')))
      filesByName.set(name, [...(filesByName.get(name) ?? []), file]);
  assert.ok(filesByName.size > 100, 'the pattern finds exports');
  const shared = [...filesByName]
    .filter(([name, files]) => files.length > 1 && !SHARED_NAMES.has(name))
    .map(([name, files]) => `${name}: ${files.join(', ')}`);
  assert.deepEqual(shared, []);
});
