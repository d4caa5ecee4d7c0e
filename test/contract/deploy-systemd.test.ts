// needs: systemd-analyze
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tempFolder } from '../support/temp-folder.ts';

const deploy = join(import.meta.dirname, '../../deploy');

test('given the units, when systemd verifies them, then it has no complaint', () => {
  const folder = mkdtempSync(join(tempFolder(), 'u'));
  const units = readdirSync(deploy).filter((name) => name.endsWith('.service'));
  assert.deepEqual(units, ['goldfish-daemon.service', 'goldfish-worker.service']);
  for (const unit of units) {
    const path = join(folder, unit);
    // The program need not be installed here.
    writeFileSync(
      path,
      readFileSync(join(deploy, unit), 'utf8').replace('/usr/local/bin/goldfish', '/bin/true'),
    );
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, ''], unit);
  }
});
