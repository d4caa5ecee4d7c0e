import assert from 'node:assert/strict';
import test from 'node:test';
import { requests } from '../../server/protocol/methods.ts';
import { type AccessRole, checkAccess, LEAST_ROLES } from '../../server/src/rpc/access.ts';

const isAllowed = (role: AccessRole, method: string, params: object = {}) => {
  try {
    checkAccess({ role }, method, params);
    return true;
  } catch {
    return false;
  }
};

test('given every request of the protocol, when its least role is looked up, then it has one, and the table has no other', () => {
  assert.deepEqual(Object.keys(LEAST_ROLES).sort(), Object.keys(requests).sort());
});

test('given a role with more rights, when it sends what one with fewer may send, then it is allowed too', () => {
  const roles: readonly AccessRole[] = ['device', 'reader', 'corrector', 'owner', 'local'];
  for (const method of Object.keys(requests))
    for (const [at, role] of roles.entries())
      if (isAllowed(role, method))
        for (const more of roles.slice(at)) assert.ok(isAllowed(more, method), `${more} ${method}`);
});

test('given requests that name a file to write, an address to post to, the private network or no method of ours, when not sent on the machine, then they are refused', () => {
  for (const role of ['device', 'reader', 'corrector', 'owner'] as const) {
    assert.equal(isAllowed(role, 'goldfish/export', { file: 'file:///tmp/x' }), false);
    assert.equal(isAllowed(role, 'goldfish/export', { file: undefined }), false);
    assert.equal(isAllowed(role, 'goldfish/alerts/add', { webhook: 'http://127.0.0.1/' }), false);
    const inside = { url: 'http://192.168.1.1/', allowPrivate: true };
    assert.equal(isAllowed(role, 'goldfish/add', inside), false);
    for (const method of [
      'workspace/executeCommand',
      'textDocument/hover',
      'toString',
      '__proto__',
      'goldfish/none',
    ])
      assert.equal(isAllowed(role, method), false, method);
  }
  assert.equal(isAllowed('local', 'workspace/executeCommand'), true);
});
