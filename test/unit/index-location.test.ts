import assert from 'node:assert/strict';
import test from 'node:test';
import { parseIndexLocation } from '../../server/src/core/domain/index-location.ts';
import { completeSettings, settingsSchema } from '../../server/src/settings/schema.ts';

test('given addresses of object storage, when parsed, then bucket and prefix are found', () => {
  for (const [text, bucket, prefix] of [
    ['s3://media-index', 'media-index', ''],
    ['s3://media-index/', 'media-index', ''],
    ['s3://media.index/team/2026/', 'media.index', 'team/2026'],
    ['az://container/library', 'container', 'library'],
    ['gs://bucket_1//a//b', 'bucket_1', 'a/b'],
  ] as const) {
    const location = parseIndexLocation(text);
    assert.ok(location && location.kind !== 'folder', text);
    assert.deepEqual([location.bucket, location.prefix], [bucket, prefix]);
    assert.equal(location.address, [`${location.kind}://${bucket}`, prefix].filter(Boolean).join('/'));
  }
});

test('given absolute paths, when parsed, then they are folders', () => {
  for (const path of ['/mnt/index', 'D:\\index', 'D:/index', '\\\\nas\\index'])
    assert.deepEqual(parseIndexLocation(path), { kind: 'folder', path });
});

test('given anything else, when parsed or set, then it is refused', () => {
  for (const text of [
    'index',
    './index',
    's3://',
    's3://Bucket/x',
    's3://key:secret@bucket/x',
    's3://bucket/x?secret=1',
    's3://bucket/../other',
    's3://bucket/a b',
    'http://bucket/x',
    'file:///index',
  ]) {
    assert.equal(parseIndexLocation(text), undefined, text);
    assert.ok(!settingsSchema['index.location'].safeParse(text).success, text);
  }
});

test('given options with a key, a password or an unknown name, when set, then they are refused', () => {
  for (const option of [
    'aws_secret_access_key=abc',
    'endpoint=https://user:password@host',
    'endpoint=https://host/?sig=abc',
    'allow_http=yes',
    'region=',
  ])
    assert.ok(!settingsSchema['index.options'].safeParse([option]).success, option);
  const { settings, problems } = completeSettings({
    'index.options': ['endpoint=http://10.0.0.1:9000', 'region=eu-west-1', 'allow_http=true', 'account=abc1'],
  });
  assert.deepEqual(problems, []);
  assert.equal(settings['index.options'].length, 4);
});
