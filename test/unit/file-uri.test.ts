import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { canonicalFileUri, fileUriToPath, pathToFileUri } from '../../server/src/base/file-uri.ts';

test('given a path, when converted to a URI and back, then it is the same', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['/a/b c.mp4', 'file:///a/b%20c.mp4'],
    ['/-x:%d#?.mkv', 'file:///-x:%25d%23%3F.mkv'],
    ['/ü\n"😀".webm', 'file:///%C3%BC%0A%22%F0%9F%98%80%22.webm'],
  ];
  for (const [path, uri] of pairs) {
    assert.equal(pathToFileUri(path), uri);
    assert.equal(fileUriToPath(uri), path);
  }
});

test('given a name that is not UTF-8, when converted, then its bytes stay', () => {
  const path = Buffer.from('/v/caf\xe9.mp4', 'latin1');
  assert.equal(pathToFileUri(path), 'file:///v/caf%E9.mp4');
  assert.deepEqual(fileUriToPath('file:///v/caf%e9.mp4'), path);
});

test('given a URI that is no local file, when converted, then it is refused', () => {
  for (const uri of [
    'http://x/a.mp4',
    'file://host/a.mp4',
    'file:a.mp4',
    'file:///a%2',
    'file:///a%00b',
    'file:///a\0b',
    '/a',
  ]) {
    assert.throws(() => fileUriToPath(uri), TypeError, uri);
  }
});

test('given a URI in any form, when made canonical, then it has one form', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['file:///v/a%20%281%29%21.mp4', 'file:///v/a%20(1)!.mp4'],
    ['file://localhost/v/%61.mp4', 'file:///v/a.mp4'],
    ['file:///v/caf%e9/', 'file:///v/caf%E9'],
    ['file:///v//./w/../[x].mp4', 'file:///v/%5Bx%5D.mp4'],
    ['file:///../../etc', 'file:///etc'],
    ['file:///', 'file:///'],
  ];
  for (const [given, canonical] of forms) {
    assert.equal(canonicalFileUri(given), canonical);
    assert.equal(canonicalFileUri(canonical), canonical);
  }
});
