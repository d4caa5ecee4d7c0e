// needs: unshare
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { endWithTests } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('given a disk that fills up during indexing, when space is freed, then nothing is lost and indexing completes', async () => {
  const script = join(import.meta.dirname, '../support/daemon-full-disk.ts');
  // A mount namespace of its own: the file system ends with the process.
  const shell = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1"';
  const mount = tempFolder();
  const child = endWithTests(
    spawn('unshare', ['-rm', 'sh', '-c', shell, 'sh', mount, process.execPath, script], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
