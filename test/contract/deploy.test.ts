// needs: python-kubernetes
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { loadCommands } from '../../server/src/cli/commands.ts';

interface Container {
  readonly file: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly missingVolumes: readonly string[];
  readonly unusedVolumes: readonly string[];
  readonly security?: Readonly<Record<string, unknown>>;
}

const deploy = join(import.meta.dirname, '../../deploy');

function readDeploy(): { containers: readonly Container[]; listed: string[]; files: string[] } {
  const script = join(import.meta.dirname, '../support/read-deploy.py');
  const { stdout, stderr, status } = spawnSync('python-kubernetes', [script, deploy], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test("given the manifests and the compose file, when Kubernetes' schemas check them, then they fit, and each container has its volumes", () => {
  const { containers, listed, files } = readDeploy();
  assert.deepEqual(listed, files, 'kustomization.yaml names every file');
  assert.deepEqual(
    containers.map(({ file, name }) => `${file} ${name}`),
    [
      'kubernetes/daemon.yaml daemon',
      'kubernetes/redis.yaml redis',
      'kubernetes/worker.yaml worker',
      'compose.yaml redis',
      'compose.yaml daemon',
      'compose.yaml worker',
    ],
  );
  for (const { name, missingVolumes, unusedVolumes, security } of containers) {
    assert.deepEqual([missingVolumes, unusedVolumes], [[], []], name);
    if (security !== undefined)
      assert.deepEqual(
        [security.allowPrivilegeEscalation, security.readOnlyRootFilesystem],
        [false, true],
        name,
      );
  }
});

test('given the commands of all containers, when compared with the command line, then each command and option exists', async () => {
  const program = new Command();
  for (const register of await loadCommands()) register(program, async () => undefined);
  for (const { file, name, args } of readDeploy().containers) {
    if (args.length === 0) continue;
    const command = program.commands.find((each) => each.name() === args[0]);
    assert.ok(command, `${file} ${name}: ${args[0]}`);
    const options = command.options.map(({ long }) => long);
    for (const option of args.filter((arg) => arg.startsWith('--')))
      assert.ok(options.includes(option), `${file} ${name}: ${option}`);
  }
});
