import assert from 'node:assert/strict';
import test from 'node:test';
import { toPattern } from '../../server/src/core/language/locale-patterns.ts';
import { findLocale } from '../../server/src/core/language/locales/all-locales.ts';

const latin = findLocale('en');
assert.ok(latin);

test('given letters of any Latin alphabet, when patterns are compiled, then words are whole and accents optional', () => {
  const polish = toPattern(latin, ['{n} tygodni temu', 'później', 'tak']);
  assert.match('pięć tygodni temu', polish);
  assert.match('co było pozniej', polish);
  assert.doesNotMatch('takąś', polish);
  assert.doesNotMatch('śtak', polish);
  const vietnamese = toPattern(latin, ['tuần trước']);
  assert.match('tuan truoc', vietnamese);
  assert.doesNotMatch('tuần trướcộ', vietnamese);
  assert.match('câți', toPattern(latin, ['câți']));
  assert.match('cati', toPattern(latin, ['câți']));
});
