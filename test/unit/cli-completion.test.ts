// needs: bash
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { loadCommands } from '../../server/src/cli/commands.ts';
import { createCompletionScript } from '../../server/src/cli/completion-script.ts';
import { runToEnd as run } from '../support/cli.ts';
import { tempFolder } from '../support/temp-folder.ts';

const program = new Command('goldfish').option('--json', 'print one JSON document on stdout');
for (const register of await loadCommands()) register(program, async () => {});

/** What bash offers after these words; the last one is being typed. */
function completeInBash(words: readonly string[], cwd: string = tempFolder()): readonly string[] {
  const script = `${createCompletionScript(program, 'bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_goldfish; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((word) => word !== '');
}

test('given bash, when a command line is completed, then commands, subcommands, options and their values are offered', () => {
  assert.deepEqual(completeInBash(['goldfish', 'sea']), ['search']);
  assert.deepEqual(completeInBash(['goldfish', '--json', 'models', 'pu']), ['pull']);
  assert.deepEqual(completeInBash(['goldfish', 'models', 'use', 'cap']), ['captioner']);
  assert.deepEqual(completeInBash(['goldfish', 'export', '--format', 'mark']), ['markdown']);
  assert.deepEqual(completeInBash(['goldfish', 'export', '-f', 'ot']), ['otio']);
  assert.ok(completeInBash(['goldfish', 'search', '--']).includes('--after'));
  assert.ok(!completeInBash(['goldfish', 'status', '--']).includes('--after'));
  assert.ok(completeInBash(['goldfish', 'search', '--kind', '']).includes('screenText'));
});

test('given bash, when a path is completed, then files are offered, with any name', () => {
  const folder = tempFolder();
  for (const name of ['my talk.mp4', "it's.mp4", '$HOME.mp4']) writeFileSync(join(folder, name), '');
  assert.deepEqual(completeInBash(['goldfish', 'index', 'my'], folder), ['my talk.mp4']);
  assert.deepEqual(completeInBash(['goldfish', 'index', '$H'], folder), ['$HOME.mp4']);
});

test('given every command, when scripts are made, then each shell names all of them and their options', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = createCompletionScript(program, shell);
    for (const command of program.commands)
      assert.ok(script.includes(command.name()), `${shell} ${command.name()}`);
    assert.ok(script.includes('follow-up'), shell);
  }
});

test('given the command, when it runs, then it prints the script, and an unknown shell is refused with the nearest', async () => {
  const { out, code } = await run(['completion', 'bash']);
  assert.equal(code, 0);
  assert.match(out, /complete -F _goldfish goldfish\n$/);
  const wrong = await run(['completion', 'fihs']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /Did you mean "fish"/);
});
