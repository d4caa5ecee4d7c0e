import assert from 'node:assert/strict';
import test from 'node:test';
import { mapPath, mapUri, parseFolderMapping } from '../../server/src/adapters/media-cache/folder-map.ts';

test('given mappings of folders, when paths are mapped, then the longest folder wins and names that only begin alike stay', () => {
  const mappings = [
    { from: '/srv/media', to: '/mnt/media' },
    { from: '/srv/media/news', to: '/news' },
  ];
  assert.equal(mapPath('/srv/media/a.mp4', mappings), '/mnt/media/a.mp4');
  assert.equal(mapPath('/srv/media/news/b.mp4', mappings), '/news/b.mp4');
  assert.equal(mapPath('/srv/media2/c.mp4', mappings), '/srv/media2/c.mp4');
  assert.equal(mapPath('/srv/media', mappings), '/mnt/media');
});

test('given names with spaces, umlauts and bytes that are not UTF-8, when URIs are mapped, then every byte of the name stays', () => {
  const mappings = [{ from: '/größe', to: '/other place' }];
  assert.equal(mapUri('file:///gr%C3%B6%C3%9Fe/a%20b.mp4', mappings), 'file:///other%20place/a%20b.mp4');
  assert.equal(mapUri('file:///gr%C3%B6%C3%9Fe/%FF.mp4', mappings), 'file:///other%20place/%FF.mp4');
});

test('given texts, when they are parsed as mappings, then only an absolute folder and a local one make a mapping', () => {
  assert.deepEqual(parseFolderMapping('/srv/media/=/mnt/m/'), { from: '/srv/media', to: '/mnt/m' });
  assert.deepEqual(parseFolderMapping('D:\\media=/mnt/m'), { from: 'D:\\media', to: '/mnt/m' });
  for (const text of ['', '=', '/a', '/a=', '=/b', 'a=/b'])
    assert.equal(parseFolderMapping(text), undefined, text);
});
