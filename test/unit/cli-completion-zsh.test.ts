// needs: zsh
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { loadCommands } from '../../server/src/cli/commands.ts';
import { createCompletionScript } from '../../server/src/cli/completion-script.ts';
import { tempFolder } from '../support/temp-folder.ts';

const program = new Command('goldfish').option('--json', 'print one JSON document on stdout');
for (const register of await loadCommands()) register(program, async () => {});

test('given zsh, when it reads the script, then it finds no error', () => {
  const path = join(tempFolder(), 'completion');
  writeFileSync(path, createCompletionScript(program, 'zsh'));
  const { status, stderr } = spawnSync('zsh', ['-n', path], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});

test('given zsh, when a command line is completed, then commands and values are offered', () => {
  const path = join(tempFolder(), '_goldfish');
  writeFileSync(path, createCompletionScript(program, 'zsh'));
  // Stand-ins for the completion system print what it would offer.
  const stubs = `compdef() {}; _files() {}; _describe() { print -l -- "\${(@P)2}" }; compadd() { print -l -- "$@" }`;
  const complete = (...words: readonly string[]) => {
    const call = `${stubs}; source ${path}; words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _goldfish`;
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', call], { encoding: 'utf8' });
    assert.equal(stderr, '');
    return stdout.split('\n').map((entry) => entry.split(':')[0] ?? '');
  };
  assert.ok(complete('goldfish', '').includes('search'));
  assert.ok(complete('goldfish', 'models', '').includes('pull'));
  assert.ok(complete('goldfish', 'models', 'use', '').includes('captioner'));
  assert.ok(complete('goldfish', 'export', '--format', '').includes('markdown'));
});
