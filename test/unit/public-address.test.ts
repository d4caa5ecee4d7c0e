import assert from 'node:assert/strict';
import test from 'node:test';
import { isPublicAddress } from '../../server/src/base/public-address.ts';

test('given addresses of this machine, of local networks and of reserved ranges, then none is public', () => {
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    'no address',
  ])
    assert.equal(isPublicAddress(address), false, address);
});

test('given addresses of public servers, then they are public', () => {
  for (const address of ['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])
    assert.equal(isPublicAddress(address), true, address);
});
