import assert from 'node:assert/strict';
import test from 'node:test';
import type { NetworkUser, NetworkUsers } from '../../server/src/http/network-user.ts';
import {
  identifyUser,
  isOwnHost,
  type TeamGuardConfig,
  type TeamRequestHead,
  toSetCookie,
} from '../../server/src/http/team-guard.ts';

const anna: NetworkUser = { name: 'anna', role: 'reader' };
const users: NetworkUsers = {
  findByToken: (token) => (token === 'good' ? anna : undefined),
  findByIdentity: (identity) => (identity === 'anna@example.org' ? anna : undefined),
  findByCookie: (cookie) => (cookie === 'baked' ? anna : undefined),
  createCookie: () => 'baked',
};
const tls: TeamGuardConfig = {
  names: ['videos.example.org', '192.0.2.1', '[2001:db8::1]'],
  port: 8443,
  transport: 'tls',
  isTrustedProxy: () => false,
};
const proxied: TeamGuardConfig = {
  ...tls,
  transport: 'proxied',
  identityHeader: 'x-auth-request-email',
  isTrustedProxy: (address) => address === '10.0.0.1',
};

const ask = (headers: TeamRequestHead['headers'], head: Partial<TeamRequestHead> = {}, config = tls) => {
  const verdict = identifyUser(
    {
      ...{ method: 'GET', url: '/', remoteAddress: '198.51.100.9' },
      headers: { host: 'videos.example.org:8443', ...headers },
      ...head,
    },
    users,
    config,
  );
  return verdict.user === undefined ? verdict.refused : verdict.by;
};

test('given a token, a cookie or nothing, when a request comes, then only who has one is known', () => {
  assert.equal(ask({ authorization: 'Bearer good' }), 'token');
  assert.equal(ask({ authorization: 'bearer  good' }), 'token');
  assert.equal(ask({ cookie: '__Host-goldfish=baked' }), 'cookie');
  assert.equal(ask({ cookie: 'a=b; __Host-goldfish=baked; c=d' }), 'cookie');
  for (const headers of [
    {},
    { authorization: 'Bearer bad' },
    { authorization: 'Basic good' },
    { authorization: 'good' },
    { authorization: '' },
    { cookie: '__Host-goldfish=stale' },
    { cookie: 'goldfish-team-8443=baked' },
    { cookie: 'goldfish=baked' },
    { 'x-auth-request-email': 'anna@example.org' },
    // A wrong token is not made good by a cookie.
    { authorization: 'Bearer bad', cookie: '__Host-goldfish=baked' },
  ])
    assert.equal(ask(headers), 'stranger', JSON.stringify(headers));
});

test('given a token in the address, when a request comes, then it counts for nothing', () => {
  for (const url of ['/good/', '/?token=good', '/video?access_token=good', '/good/rpc'])
    assert.equal(ask({}, { url }), 'stranger', url);
});

test('given another Host, as after a name was rebound, when a request comes, then it is refused', () => {
  const authorization = 'Bearer good';
  for (const host of ['VIDEOS.example.org:8443', '192.0.2.1:8443', '[2001:db8::1]:8443'])
    assert.equal(ask({ host, authorization }), 'token', host);
  for (const host of [
    undefined,
    '',
    'evil.example:8443',
    'videos.example.org',
    'videos.example.org:443',
    'videos.example.org.evil.example:8443',
    'evil.example@videos.example.org:8443',
    'videos.example.org:8443:1',
    'videos.example.org:8443/',
    '[::1]:8443',
  ])
    assert.equal(ask({ host, authorization }), 'host', host);
  assert.ok(isOwnHost('videos.example.org', { ...tls, port: 443 }));
  assert.ok(isOwnHost('videos.example.org', proxied), 'a proxy has its own port');
  assert.equal(isOwnHost('evil.example', proxied), false);
});

test('given another Origin or site, when a browser sends a request with its cookie, then it is refused', () => {
  const cookie = '__Host-goldfish=baked';
  assert.equal(ask({ cookie, origin: 'https://videos.example.org:8443' }), 'cookie');
  for (const origin of [
    'http://videos.example.org:8443',
    'https://videos.example.org',
    'https://evil.example',
    'https://192.0.2.1:8443',
    'null',
  ])
    assert.equal(ask({ cookie, origin }), 'origin', origin);
  for (const site of ['same-origin', 'none']) assert.equal(ask({ cookie, 'sec-fetch-site': site }), 'cookie');
  for (const site of ['cross-site', 'same-site']) {
    const fetched = { cookie, 'sec-fetch-site': site };
    assert.equal(ask(fetched, { url: '/video?uri=x' }), 'origin');
    assert.equal(ask({ ...fetched, 'sec-fetch-dest': 'document' }, { url: '/still?uri=x' }), 'origin');
    assert.equal(ask({ ...fetched, 'sec-fetch-dest': 'document' }), 'cookie', 'a link to the page');
    assert.equal(ask({ ...fetched, 'sec-fetch-dest': 'document' }, { method: 'POST' }), 'origin');
    assert.equal(ask({ ...fetched, 'sec-fetch-dest': 'image' }), 'origin');
  }
});

test('given an identity header, when it does not come from a trusted proxy, then it counts for nothing', () => {
  const headers = { 'x-auth-request-email': 'anna@example.org' };
  assert.equal(ask(headers, { remoteAddress: '10.0.0.1' }, proxied), 'proxy');
  assert.equal(ask(headers, { remoteAddress: '10.0.0.2' }, proxied), 'stranger');
  assert.equal(
    ask(headers, { remoteAddress: '10.0.0.1' }, { ...proxied, identityHeader: undefined }),
    'stranger',
  );
  assert.equal(ask({ 'x-auth-request-email': 'eve' }, { remoteAddress: '10.0.0.1' }, proxied), 'stranger');
  assert.equal(ask({ 'x-auth-request-email': '' }, { remoteAddress: '10.0.0.1' }, proxied), 'stranger');
  // The proxy's own token for its identity provider comes along.
  assert.equal(
    ask({ ...headers, authorization: 'Bearer other' }, { remoteAddress: '10.0.0.1' }, proxied),
    'proxy',
  );
});

test('given TLS, when a browser is signed in, then its cookie is for this host, for TLS and for no script', () => {
  assert.equal(
    toSetCookie('baked', 60, tls),
    '__Host-goldfish=baked; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  );
  assert.equal(
    toSetCookie('', 0, { ...tls, transport: 'plain' }),
    'goldfish-team-8443=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
  );
});
