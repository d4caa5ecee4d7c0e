// needs: moto_server
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { openObjectStorage } from '../../server/src/adapters/object-storage/open-object-storage.ts';
import { checkConditionalWrites } from '../../server/src/adapters/object-storage/self-test.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import { afterTest } from '../support/after-test.ts';
import { listKeys, newLocation, startS3, startS3Proxy } from '../support/object-storage.ts';
import { toOptions } from '../support/s3-server.ts';

const server = await startS3();
after(() => server.stop());

const isError = (kind: StoreError['kind'], message: RegExp) => (error: unknown) =>
  error instanceof StoreError && error.kind === kind && message.test(error.message) && error.remedy !== '';

test('given an object, when read, written and removed, then each sees what the one before did', async () => {
  const { objects } = newLocation(server);
  assert.equal(await objects.read('a.json'), undefined);
  const version = await objects.write('a.json', 'Grüße 🐟');
  assert.deepEqual(await objects.read('a.json'), { text: 'Grüße 🐟', version });
  await objects.remove('a.json');
  await objects.remove('a.json');
  assert.equal(await objects.read('a.json'), undefined);
});

test('given an object, when written under a condition, then it is written only if the condition holds', async () => {
  const { objects } = newLocation(server);
  assert.equal(await objects.write('a', 'none to replace', { version: 'abc' }), undefined);
  const first = await objects.write('a', '1', 'absent');
  assert.ok(first);
  assert.equal(await objects.write('a', '2', 'absent'), undefined);
  const second = await objects.write('a', '2', { version: first });
  assert.ok(second);
  assert.equal(await objects.write('a', '3', { version: first }), undefined);
  assert.equal((await objects.read('a'))?.text, '2');
});

test('given many writers, when all create one object at once, then exactly one succeeds', async () => {
  const { objects } = newLocation(server);
  const writes = await Promise.all(
    Array.from({ length: 20 }, (_, at) => objects.write('a', `${at}`, 'absent')),
  );
  assert.equal(writes.filter((version) => version !== undefined).length, 1);
});

test('given storage with conditional writes, when tested, then it passes and nothing is left', async () => {
  const { objects, location } = newLocation(server);
  await checkConditionalWrites(objects);
  assert.deepEqual(await listKeys(server, location.prefix), []);
});

test('given storage that ignores conditions, when tested, then it is refused and nothing is left', async (t) => {
  // The signature covers the conditions that the proxy drops.
  const unsigned = await startS3(false);
  afterTest(t, unsigned.stop);
  const proxy = await startS3Proxy(unsigned, { dropConditions: true });
  afterTest(t, proxy.close);
  const { objects, location } = newLocation(unsigned, proxy.endpoint);
  await assert.rejects(checkConditionalWrites(objects), isError('unsafe', /overwrote an existing object/));
  assert.deepEqual(await listKeys(unsigned, location.prefix), []);
});

test('given no bucket, when read or written, then the error names the bucket', async () => {
  const location = {
    kind: 's3',
    bucket: 'missing-bucket',
    prefix: 'p',
    address: 's3://missing-bucket/p',
  } as const;
  const { objects } = openObjectStorage(location, server.options, server.env);
  await assert.rejects(objects.read('a'), isError('failed', /NoSuchBucket/));
  await assert.rejects(objects.write('a', '1', 'absent'), isError('failed', /NoSuchBucket/));
});

test('given no server, when read or written, then the error names the endpoint and no key', async (t) => {
  const proxy = await startS3Proxy(server);
  proxy.cut(true);
  t.after(proxy.close);
  const { objects } = newLocation(server, proxy.endpoint);
  for (const call of [() => objects.read('a'), () => objects.write('a', '1'), () => objects.remove('a')])
    await assert.rejects(call(), (error: unknown) => {
      assert.ok(isError('failed', /cannot be reached at http:\/\/127\.0\.0\.1/)(error));
      assert.ok(!JSON.stringify(error).includes(server.env.AWS_SECRET_ACCESS_KEY ?? ''));
      return true;
    });
});

test('given missing keys or an open connection, when opened, then the error says what to set', () => {
  const { location } = newLocation(server);
  assert.throws(
    () => openObjectStorage(location, server.options, {}),
    isError('noPermission', /AWS_ACCESS_KEY_ID/),
  );
  assert.throws(
    () => openObjectStorage(location, [`endpoint=${server.endpoint}`], server.env),
    isError('failed', /not encrypted/),
  );
  const { lanceOptions } = openObjectStorage(location, [], {
    ...server.env,
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ALLOW_HTTP: 'true',
  });
  assert.equal(lanceOptions.aws_endpoint, server.endpoint);
  assert.deepEqual(toOptions(server.endpoint), server.options);
});
