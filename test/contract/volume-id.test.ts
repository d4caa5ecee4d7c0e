import assert from 'node:assert/strict';
import { statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createVolumeNames } from '../../server/src/adapters/node-disk/volume-id.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('given a system that lists identifiers of file systems, when a device is named, then by its identifier', () => {
  // Any device has a number. A container may have no disk.
  const device = '/dev/null';
  const folder = tempFolder();
  symlinkSync(device, join(folder, '1234-ABCD'));
  symlinkSync('/dev/gone', join(folder, 'unplugged'));
  const { rdev } = statSync(device);
  assert.deepEqual([rdev, rdev + 1].map(createVolumeNames(folder)), ['uuid 1234-ABCD', `device ${rdev + 1}`]);
});

test('given a system that lists none, when a device is named, then by its number', () => {
  assert.equal(createVolumeNames(join(tempFolder(), 'missing'))(7), 'device 7');
});
