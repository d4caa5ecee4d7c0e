// needs: fish
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

test('given fish, when it reads the script, then it finds no error', () => {
  const path = join(tempFolder(), 'completion');
  writeFileSync(path, createCompletionScript(program, 'fish'));
  const { status, stderr } = spawnSync('fish', ['-n', path], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});

test('given fish, when a command line is completed, then commands and values are offered', () => {
  const path = join(tempFolder(), 'goldfish.fish');
  writeFileSync(path, createCompletionScript(program, 'fish'));
  const complete = (line: string) => {
    const { stdout } = spawnSync('fish', ['-N', '-c', `source ${path}; complete -C '${line}'`], {
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .map((entry) => entry.split('\t')[0] ?? '')
      .filter(Boolean);
  };
  assert.ok(complete('goldfish sea').includes('search'));
  assert.ok(complete('goldfish models pu').includes('pull'));
  assert.ok(complete('goldfish models use cap').includes('captioner'));
  assert.ok(complete('goldfish export --format mark').includes('markdown'));
});
