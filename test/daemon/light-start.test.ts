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

test('given the bundle, when a command starts, then it loads neither language libraries nor HTTP', () => {
  const [, commands] = /import\("\.\/(main-\w+\.mjs)"\)/.exec(textOf('goldfish.mjs')) ?? [];
  assert.ok(commands, 'the bundle loads its commands when it needs them');
  const loaded = loadedWith(commands);
  assert.ok(loaded.size > 1);
  for (const [name, text] of loaded) {
    // A whole bundle as the message of a fault would help nobody.
    assert.ok(
      !/^\/\/ node_modules\/(?:snowball-stemmers|tinyld|chrono-node)\//m.test(text),
      `${name} understands words`,
    );
    assert.ok(!/from "(?:node:)?https?";$/m.test(text), `${name} imports http`);
  }
});
