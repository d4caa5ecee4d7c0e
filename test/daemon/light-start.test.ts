import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

const dist = join(import.meta.dirname, '../../dist');
const textOf = (name: string) => readFileSync(join(dist, name), 'utf8');

/** A bundle and all that is loaded with it before its first line runs, by name. */
function loadedWith(name: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  if (seen.has(name)) return seen;
  const text = textOf(name);
  seen.set(name, text);
  for (const [, other] of text.matchAll(/^(?:import|\} from) "\.\/([\w.-]+\.mjs)";$/gm))
    if (other !== undefined) loadedWith(other, seen);
  return seen;
}

test('given the bundle, when a command starts, then it loads neither language libraries nor zod nor HTTP', () => {
  const [, main] = /import\("\.\/(main-\w+\.mjs)"\)/.exec(textOf('goldfish.mjs')) ?? [];
  assert.ok(main, 'the bundle loads the command line when it needs it');
  const commands = [...textOf(main).matchAll(/=> \(await import\("\.\/([\w.-]+\.mjs)"\)\)/g)].map(
    ([, name]) => name ?? '',
  );
  assert.ok(commands.length > 25, 'the command line loads each command when it needs it');
  const loaded = new Map<string, string>();
  for (const name of [main, ...commands]) loadedWith(name, loaded);
  for (const [name, text] of loaded) {
    // A whole bundle as the message of a fault would help nobody.
    const [, library] = /^\/\/ node_modules\/(snowball-stemmers|tinyld|chrono-node|zod)\//m.exec(text) ?? [];
    assert.equal(library, undefined, `${name} contains a library that doubles the time of a start`);
    assert.ok(!/from "(?:node:)?https?";$/m.test(text), `${name} imports http`);
  }
});
