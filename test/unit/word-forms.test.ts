import assert from 'node:assert/strict';
import test from 'node:test';
import { findNumberForms } from '../../server/src/core/language/number-forms.ts';
import { findSpellingVariants, joinHyphenated } from '../../server/src/core/language/spelling-variants.ts';
import { findVerbForms } from '../../server/src/core/language/verb-forms.ts';
import { cues, library } from '../support/transcripts.ts';

test('given an English word, when spelled differently elsewhere, then the other spelling is found', () => {
  const pairs = [
    'colour color',
    'organise organize',
    'centre center',
    'catalogue catalog',
    'travelling traveling',
    'grey gray',
    'tyres tires',
    'defence defense',
  ];
  for (const pair of pairs) {
    const [british = '', american = ''] = pair.split(' ');
    assert.ok(findSpellingVariants(british, 'en').includes(american), pair);
    assert.ok(findSpellingVariants(american, 'en').includes(british), pair);
  }
  assert.deepEqual(findSpellingVariants('farbe', 'de'), []);
});

test('given words with hyphens, when joined, then they are one word; a number range is not', () => {
  assert.deepEqual(joinHyphenated('the fly-out in 3-D'), [
    { first: 'fly', joined: 'flyout' },
    { first: '3', joined: '3d' },
  ]);
  assert.deepEqual(joinHyphenated('pages 10-20 and a - b'), []);
});

test('given a verb or a number, when looked up, then its other forms are found', () => {
  assert.ok(findVerbForms('spend', 'en').includes('spent'));
  assert.ok(findVerbForms('gießt', 'de').includes('gegossen'));
  assert.deepEqual(findVerbForms('table', 'en'), []);
  assert.deepEqual(findNumberForms('9', 'en'), ['nine']);
  assert.deepEqual(findNumberForms('neun', 'de'), ['9']);
  assert.deepEqual(findNumberForms('a', 'en'), []);
});

test('given another spelling in a video, when searched, then it is found', async () => {
  const { search } = await library([
    {
      path: '/videos/shop.mp4',
      own: cues(`
        0 The color of the fly-out menu is new.
        120 They spent nine weeks on the flyout.
      `),
    },
  ]);
  assert.equal((await search('colour')).length, 1);
  assert.equal((await search('flyout')).length, 2);
  assert.equal((await search('fly-out')).length, 2);
  assert.equal((await search('spend 9'))[0]?.startMs, 120_000);
});
