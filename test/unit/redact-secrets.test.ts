import assert from 'node:assert/strict';
import test from 'node:test';
import { toProgramEnvironment } from '../../server/src/base/child-environment.ts';
import {
  findAddressSecrets,
  hideSecrets,
  redactSecrets,
  toDisplayAddress,
} from '../../server/src/base/redact-secrets.ts';

const KEY = 'Pa55/word+with=signs"&';

test('given a host that repeats the key in any spelling, when its text is redacted, then the key is gone', () => {
  for (const text of [
    KEY,
    `Incorrect API key provided: ${KEY}.`,
    encodeURIComponent(KEY),
    JSON.stringify({ key: KEY }),
    `Basic ${Buffer.from(KEY).toString('base64')}`,
    Buffer.from(KEY).toString('base64url'),
    KEY.toUpperCase(),
  ]) {
    const redacted = redactSecrets(text, [undefined, KEY]);
    assert.doesNotMatch(redacted, /pa55|word|UGE1NS/i, text);
    assert.match(redacted, /\*\*\*/);
    assert.doesNotMatch(hideSecrets(text, [KEY]), /pa55|UGE1NS/i, text);
  }
});

test('given text with secrets that nobody named, when it is redacted, then what stands where secrets stand is gone', () => {
  for (const text of [
    'Authorization: Bearer S3CRET-value',
    'authorization: S3CRET-value',
    '{"headers":{"authorization":["Bearer S3CRET-value"]}}',
    '{\\"Authorization\\": \\"Bearer S3CRET-value\\"}',
    "{ authorization: 'Bearer S3CRET-value', host: 'a' }",
    'Proxy-Authorization: Basic S3CRETvalue==',
    'x-api-key: S3CRET-value',
    'X-Goog-Api-Key=S3CRET-value',
    'the token "Bearer S3CRET-value" has expired',
    '{"access_token": "S3CRET-value"}',
    'GET https://host/v1/models?api_key=S3CRET-value&x=1 failed',
    'https://host/file?X-Amz-Signature=S3CRET-value',
    'connect to http://user:S3CRET-value@host:8080/v1',
    'connect to redis://:S3CRET@value@host:6379/0',
    'key sk-S3CRET-value1 is wrong',
    'hf_S3CRETvalue0',
    'Set-Cookie: session=S3CRET-value; Path=/',
  ])
    assert.doesNotMatch(redactSecrets(text), /S3CRET|value/, text);
});

test('given ordinary text, when it is redacted, then it stays as it is', () => {
  for (const text of [
    'The model does not exist; its token limit is 4096.',
    'Basic understanding of the keyboard, a bearer of news.',
    'file:///home/ann@work/My%20Videos/a.mp4#t=1,2',
    'Unexpected token } in JSON at position 12',
    'http://127.0.0.1:8000/v1 answered 500: out of memory',
    'Ask ann@example.org about https://example.org/a?page=2',
  ])
    assert.equal(redactSecrets(text, ['', 'abc']), text);
});

test('given addresses, when shown, then user, password and secret parameters are hidden and the rest stays', () => {
  const shown = {
    'redis://ann:S3CRET@host:6379/0': 'redis://***@host:6379/0',
    'redis://:p/S3CRET#x?y@host:6379/0': 'redis://***@host:6379/0',
    'postgres://ann:a@S3CRET@host/db?sslmode=require&sslpassword=S3CRET':
      'postgres://***@host/db?sslmode=require&sslpassword=***',
    'http://host/v1?key=S3CRET&api-version=1#model': 'http://host/v1?key=***&api-version=1#model',
    'https://host/client/v4#@cf/meta/llama': 'https://host/client/v4#@cf/meta/llama',
    'redis://host:6379/0': 'redis://host:6379/0',
    'owner/name@main': 'owner/name@main',
    '/models/a@b': '/models/a@b',
  };
  for (const [address, expected] of Object.entries(shown)) assert.equal(toDisplayAddress(address), expected);
  assert.ok(findAddressSecrets('redis://ann:p%40ss@host/0?token=t0ken').includes('p@ss'));
  assert.ok(findAddressSecrets('redis://ann:p%40ss@host/0?token=t0ken').includes('t0ken'));
  assert.ok(findAddressSecrets('redis://:p/S3CRET#x?y@host:6379/0').includes('p/S3CRET#x?y'));
});

test('given the environment of the daemon, when a program of the user starts, then it sees no secret', () => {
  const source = {
    HF_TOKEN: 'a',
    GOLDFISH_API_KEY: 'a',
    GOLDFISH_QUEUE: 'a',
    GOLDFISH_WORKER_TOKEN: 'a',
    OPENAI_API_KEY: 'a',
    PGPASSWORD: 'a',
    AWS_SECRET_ACCESS_KEY: 'a',
    GNOME_KEYRING_CONTROL: '/run',
    DISPLAY: ':0',
    PATH: '/bin',
  };
  assert.deepEqual(Object.keys(toProgramEnvironment(source)), ['GNOME_KEYRING_CONTROL', 'DISPLAY', 'PATH']);
  assert.deepEqual(toProgramEnvironment(source, ['HF_TOKEN']).HF_TOKEN, 'a');
});
