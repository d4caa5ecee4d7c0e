// needs: unshare
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { endWithTests } from '../support/started.ts';

test('given drives mounted at and below a watched folder, when they are unmounted, then their rows stay until the drives are back', async () => {
  const script = join(import.meta.dirname, '../support/daemon-missing-drive.ts');
  // A mount namespace of its own: the file systems end with the process.
  const child = endWithTests(
    spawn('unshare', ['-rm', process.execPath, script], { stdio: ['ignore', 'inherit', 'inherit'] }),
  );
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
