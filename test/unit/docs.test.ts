import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { ErrorCodes } from '../../server/protocol/errors.ts';
import { ExitCodes } from '../../server/src/cli/cli-failure.ts';
import { cliCommands } from '../../server/src/cli/commands.ts';
import { settingsSchema } from '../../server/src/settings/schema.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const documents = ['README.md', 'ARCHITECTURE.md'].map((name) => ({ name, text: read(name) }));

const program = new Command();
for (const register of cliCommands) register(program, async () => {});
/** main.ts serves these itself. */
const besides = ['lsp', 'mcp', 'daemon'];

/** Words in backquotes, blocks of code left out. */
function quoted(text: string): string[] {
  return [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
}

const isPath = (word: string) =>
  /^(server|client|models|test|demo|\.ci)\//.test(word) && !/[*<{ ]/.test(word);

test('every path that the documents name exists', () => {
  let seen = 0;
  for (const { name, text } of documents) {
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    for (const path of [...quoted(text).filter(isPath), ...linked]) {
      seen += 1;
      assert.ok(existsSync(join(root, path)), `${name} names ${path}`);
    }
  }
  assert.ok(seen > 10);
});

test('every command that the README names exists with its subcommands and options, and none is left out', () => {
  const { text } = documents[0] ?? { text: '' };
  const rows = [...text.matchAll(/^\| (`[^|]*`) +\|/gm)].map((match) => match[1] ?? '');
  const named = rows.flatMap(quoted).map((row) => row.split(' '));
  const known = (name = '') => program.commands.find((command) => command.name() === name);
  for (const [name = '', next = '', ...rest] of named) {
    if (besides.includes(name)) continue;
    const command = known(name);
    assert.ok(command, `the README names the command ${name}`);
    const sub = /^[a-z]/.test(next) ? command.commands.find((one) => one.name() === next) : command;
    assert.ok(sub, `the README names ${name} ${next}`);
    for (const [option] of [next, ...rest].join(' ').matchAll(/--?[a-z][a-z-]*/g)) {
      assert.ok(
        sub.options.some(({ short, long }) => option === short || option === long),
        `the README names ${name} ${option}`,
      );
    }
  }
  const first = new Set(named.map(([name]) => name));
  for (const command of program.commands)
    assert.ok(first.has(command.name()), `the README leaves out ${command.name()}`);
});

test('every setting that the documents name exists', () => {
  const groups = new Set(Object.keys(settingsSchema).map((key) => key.split('.')[0]));
  let seen = 0;
  for (const { name, text } of documents) {
    for (const word of quoted(text).flatMap((code) => code.split(/\s/))) {
      const group = /^([a-z]+[A-Za-z]*)\.[a-z][A-Za-z]*$/.exec(word)?.[1];
      if (group === undefined || !groups.has(group) || /\.(ts|mjs|json)$/.test(word)) continue;
      seen += 1;
      assert.ok(word in settingsSchema, `${name} names the setting ${word}`);
    }
  }
  assert.ok(seen > 4);
});

test('npm scripts that the documents name exist', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const { name, text } of documents) {
    for (const [, script = ''] of text.matchAll(/npm (?:run (?:-s )?)([a-z:]+)/g)) {
      assert.ok(script in scripts, `${name} names npm run ${script}`);
    }
  }
});

test('the README documents every exit code', () => {
  const { text } = documents[0] ?? { text: '' };
  for (const code of Object.values(ExitCodes)) assert.match(text, new RegExp(`^\\| ${code} +\\|`, 'm'));
});

test('the protocol table names every method and error, and no other', () => {
  const text = read('server/protocol/README.md');
  const schemaText = JSON.parse(read('server/protocol/schema.json')) as {
    definitions: Record<string, { properties: Record<string, unknown> }>;
  };
  const methods = Object.keys(schemaText.definitions.Requests?.properties ?? {});
  const notices = Object.keys(schemaText.definitions.Notifications?.properties ?? {});
  const back = Object.keys(schemaText.definitions.ClientRequests?.properties ?? {});
  const named = new Set([...text.matchAll(/`(goldfish\/[A-Za-z/]+)`/g)].map((match) => match[1] ?? ''));
  assert.deepEqual([...named].sort(), [...methods, ...notices, ...back].sort());
  const rows = [...text.matchAll(/^\|\s*(-\d+)\s*\|\s*`(\w+)`\s*\|/gm)].map((match) => [
    match[2],
    Number(match[1]),
  ]);
  assert.deepEqual(Object.fromEntries(rows), ErrorCodes);
});
