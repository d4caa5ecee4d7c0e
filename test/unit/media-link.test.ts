import assert from 'node:assert/strict';
import test from 'node:test';
import { formatMediaLink, parseMediaLink } from '../../server/src/core/domain/media-link.ts';

test('given a range, when formatted as a link, then it has seconds without trailing zeros', () => {
  assert.equal(
    formatMediaLink('file:///a%23b.mp4', { startMs: 83_200, endMs: 97_000 }),
    'file:///a%23b.mp4#t=83.2,97',
  );
  assert.equal(formatMediaLink('file:///a.mp4', { startMs: 0, endMs: 1_001 }), 'file:///a.mp4#t=0,1.001');
});

test('given media fragments in every form, when parsed, then times are right and wrong ones ignored', () => {
  const uri = 'file:///a.mp4';
  const cases: readonly (readonly [string, number, number?])[] = [
    ['', 0],
    ['#t=83.2,97', 83_200, 97_000],
    ['#t=12', 12_000],
    ['#t=,9', 0, 9_000],
    ['#t=npt:1:02.5,1:02:03', 62_500, 3_723_000],
    ['#track=2&t=5,6&x=1', 5_000, 6_000],
    ['#t=9,5', 0],
    ['#t=abc', 0],
    ['#t=1:99', 0],
  ];
  for (const [fragment, startMs, endMs] of cases)
    assert.deepEqual(
      parseMediaLink(uri + fragment),
      endMs === undefined ? { uri, startMs } : { uri, startMs, endMs },
      fragment,
    );
});
