import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRange } from '../../server/src/http/byte-range.ts';
import { checkRequest } from '../../server/src/http/request-guard.ts';

const door = { port: 4321, token: 'secret' };
const asked = (url: string, host?: string, origin?: string) =>
  checkRequest({ url, host: host ?? '127.0.0.1:4321', origin }, door);

test('given our page or a program with the token, when it requests, then it is admitted', () => {
  for (const origin of [undefined, 'http://127.0.0.1:4321', 'http://localhost:4321']) {
    const admission = asked('/secret/video?uri=file%3A%2F%2F%2Fa%20b.mp4', 'LOCALHOST:4321', origin);
    assert.ok(admission.admitted);
    assert.equal(admission.route, 'video');
    assert.equal(admission.query.get('uri'), 'file:///a b.mp4');
  }
});

test('given another Host, Origin or token, when it requests, then it is refused with the reason', () => {
  const refused = (url: string, host?: string, origin?: string) => {
    const admission = asked(url, host, origin);
    return admission.admitted ? 'admitted' : admission.refused;
  };
  assert.equal(refused('/secret/', 'evil.example:4321'), 'host');
  assert.equal(refused('/secret/', '127.0.0.1:1'), 'host');
  assert.equal(checkRequest({ url: '/secret/', host: undefined, origin: undefined }, door).admitted, false);
  assert.equal(refused('/secret/', undefined, 'http://evil.example'), 'origin');
  assert.equal(refused('/secret/', undefined, 'null'), 'origin');
  assert.equal(refused('/secret/', undefined, 'https://127.0.0.1:4321'), 'origin');
  for (const url of ['/', '', '/secret', '/Secret/', '/secret2/', '//secret/', '/secre/', '/../secret/'])
    assert.equal(refused(url), 'token', url);
});

test('given a page for other devices, when it is requested, then only the addresses of this machine are admitted', () => {
  const network = { ...door, hosts: ['192.0.2.2', '198.51.100.7'] };
  const check = (host: string, origin?: string) =>
    checkRequest({ url: '/secret/', host, origin }, network).admitted;
  assert.equal(check('192.0.2.2:4321', 'http://192.0.2.2:4321'), true);
  assert.equal(check('198.51.100.7:4321'), true);
  assert.equal(check('127.0.0.1:4321'), false);
  assert.equal(check('rebound.example:4321'), false);
  assert.equal(check('192.0.2.2:4321', 'http://evil.example'), false);
  assert.equal(
    checkRequest({ url: '/secret/', host: '192.0.2.2:4321', origin: undefined }, { ...door, hosts: [] })
      .admitted,
    false,
  );
});

test('given range headers, when parsed, then they follow RFC 9110', () => {
  assert.deepEqual(parseRange('bytes=0-0', 10), { start: 0, end: 0 });
  assert.deepEqual(parseRange('bytes=4-', 10), { start: 4, end: 9 });
  assert.deepEqual(parseRange('bytes=4-99', 10), { start: 4, end: 9 });
  assert.deepEqual(parseRange('bytes=-3', 10), { start: 7, end: 9 });
  assert.deepEqual(parseRange('bytes=-99', 10), { start: 0, end: 9 });
  for (const header of [undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=a-b'])
    assert.equal(parseRange(header, 10), 'all', String(header));
  for (const header of ['bytes=10-', 'bytes=10-12', 'bytes=-0']) assert.equal(parseRange(header, 10), 'none');
  assert.equal(parseRange('bytes=0-', 0), 'none');
});
