import assert from 'node:assert/strict';
import test from 'node:test';
import { parseQuery } from '../../server/src/core/query/query-parser.ts';

const none = { requiredClauses: [], excludedTexts: [], pathParts: [], speakers: [] };

test('given plain words, when parsed, then they stay', () => {
  assert.deepEqual(parseQuery(' where is e-mail  http://x.y '), {
    ...none,
    text: 'where is e-mail http://x.y',
  });
  assert.deepEqual(parseQuery(''), { ...none, text: '' });
});

test('given every operator, when parsed, then each has its field', () => {
  assert.deepEqual(
    parseQuery(
      '"hello world" budget -cats -"two dogs" in:Holidays IN:"my trip" said:price shown:"error 404" speaker:"Ana Bell"',
    ),
    {
      text: 'hello world budget price error 404',
      requiredClauses: [
        { text: 'hello world', phrase: true },
        { text: 'price', phrase: false, kinds: ['speech'] },
        { text: 'error 404', phrase: true, kinds: ['screenText', 'caption', 'description'] },
      ],
      excludedTexts: ['cats', 'two dogs'],
      pathParts: ['Holidays', 'my trip'],
      speakers: ['Ana Bell'],
    },
  );
});

test('given dates, when parsed, then they are years, months or days; given others, then they are words', () => {
  assert.deepEqual(parseQuery('after:2023-02 before:2024 x'), {
    ...none,
    text: 'x',
    recordedFromMs: Date.UTC(2023, 1),
    recordedToMs: Date.UTC(2024, 0),
  });
  assert.equal(parseQuery('before:2024-05-03').recordedToMs, Date.UTC(2024, 4, 3));
  assert.equal(parseQuery('before:lunch after:2024-02-31').text, 'before:lunch after:2024-02-31');
});

test('given options of commands, when parsed, then they are words', () => {
  assert.deepEqual(parseQuery('df -h'), { ...none, text: 'df -h' });
  assert.deepEqual(parseQuery('-猫').excludedTexts, ['猫']);
});

test('given unclosed or typographic quotes, when parsed, then they are phrases', () => {
  assert.deepEqual(parseQuery('“smart quotes” „deutsch“').requiredClauses, [
    { text: 'smart quotes', phrase: true },
    { text: 'deutsch', phrase: true },
  ]);
  assert.deepEqual(parseQuery('"no end').requiredClauses, [{ text: 'no end', phrase: true }]);
  assert.deepEqual(parseQuery('"" - said:'), { ...none, text: '- said:' });
});
