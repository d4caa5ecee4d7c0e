import assert from 'node:assert/strict';
import test from 'node:test';
import {
  assertEncrypted,
  createProxyTest,
  findOwnNames,
  parseListenAddress,
} from '../../server/src/daemon/listen-address.ts';

test('given HOST:PORT, when parsed, then host, port and whether it is loopback are known', () => {
  assert.deepEqual(parseListenAddress('0.0.0.0:8443'), { host: '0.0.0.0', port: 8443, isLoopback: false });
  assert.deepEqual(parseListenAddress('[::1]:0'), { host: '::1', port: 0, isLoopback: true });
  assert.deepEqual(parseListenAddress('Videos.example.org:1').host, 'videos.example.org');
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9'])
    assert.equal(parseListenAddress(`${host}:1`).isLoopback, true, host);
  for (const host of ['0.0.0.0', '[::]', '127.0.0.1.example.org', 'localhost.example.org', '10.0.0.1'])
    assert.equal(parseListenAddress(`${host}:1`).isLoopback, false, host);
  for (const text of [
    '',
    '8443',
    ':8443',
    'host',
    'host:',
    'host:70000',
    'host:x',
    '[host]:1',
    '::1:80',
    'a b:1',
    'http://a:1',
  ])
    assert.throws(() => parseListenAddress(text), /is not an address to listen on/, text);
});

test('given an address in the network, when nothing ends TLS, then it is refused', () => {
  const check = (listen: string, params = {}) =>
    assertEncrypted(parseListenAddress(listen), { listen, ...params });
  check('127.0.0.1:1');
  check('0.0.0.0:1', { certificate: '/c', key: '/k' });
  check('0.0.0.0:1', { behindProxy: true });
  for (const listen of ['0.0.0.0:1', '[::]:1', '10.0.0.1:1', 'videos.example.org:1'])
    assert.throws(() => check(listen), /Without TLS/, listen);
  assert.throws(() => check('0.0.0.0:1', { behindProxy: false }), /Without TLS/);
  assert.throws(() => check('0.0.0.0:1', { certificate: '/c' }), /needs its key/);
  assert.throws(() => check('127.0.0.1:1', { key: '/k' }), /needs its key/);
  assert.throws(() => check('0.0.0.0:1', { certificate: '/c', key: '/k', behindProxy: true }), /ends TLS/);
});

test('given an address, when the names of the server are listed, then a foreign name is not among them', () => {
  assert.deepEqual(findOwnNames(parseListenAddress('10.0.0.1:1'), undefined, ['Videos.Example.org']), [
    '10.0.0.1',
    'videos.example.org',
  ]);
  assert.deepEqual(findOwnNames(parseListenAddress('[2001:db8::1]:1'), undefined, []), ['[2001:db8::1]']);
  assert.ok(findOwnNames(parseListenAddress('0.0.0.0:1'), undefined, []).includes('127.0.0.1'));
  assert.ok(!findOwnNames(parseListenAddress('0.0.0.0:1'), undefined, []).includes('0.0.0.0'));
});

test('given trusted proxies, when an address connects, then only these and their networks are trusted', () => {
  const isTrusted = createProxyTest({
    trustedProxies: ['10.1.0.0/16', '2001:db8::5'],
    identityHeader: 'X-User',
  });
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::5'])
    assert.ok(isTrusted(address), address);
  for (const address of ['10.2.0.1', '2001:db8::6', '::ffff:10.2.0.1', '', 'proxy'])
    assert.equal(isTrusted(address), false, address);
  assert.throws(() => createProxyTest({ identityHeader: 'X-User' }), /Anybody could send/);
  for (const proxy of ['proxy.example.org', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '::/129'])
    assert.throws(() => createProxyTest({ trustedProxies: [proxy] }), /is not the address of a proxy/, proxy);
});
