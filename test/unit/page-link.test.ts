import assert from 'node:assert/strict';
import test from 'node:test';
import { findPageTag } from '../../server/src/adapters/libav/container-tags.ts';
import { formatPageLink } from '../../server/src/core/domain/page-link.ts';

test('given the page of a video, when a moment is linked, then t is its second, in place of an earlier one', () => {
  assert.equal(
    formatPageLink('https://www.youtube.com/watch?v=abc', 83_900),
    'https://www.youtube.com/watch?v=abc&t=83',
  );
  assert.equal(formatPageLink('https://youtu.be/abc?t=5', 0), 'https://youtu.be/abc?t=0');
  assert.equal(formatPageLink('https://example.org/talk#top', 1000), 'https://example.org/talk?t=1#top');
  for (const address of ['javascript:alert(1)', 'file:///etc/passwd', 'talk', ''])
    assert.equal(formatPageLink(address, 0), undefined);
});

test('given the tags of a file, when its page is looked for, then only a web address counts', () => {
  assert.equal(findPageTag({ COMMENT: 'https://example.org/talk' }), 'https://example.org/talk');
  assert.equal(
    findPageTag({ purl: 'https://a.example/1', comment: 'https://b.example/2' }),
    'https://a.example/1',
  );
  for (const comment of [
    'nice video https://a.example',
    'javascript:alert(1)',
    'https://user:secret@a.example/',
    '',
  ])
    assert.equal(findPageTag({ comment }), undefined);
});
