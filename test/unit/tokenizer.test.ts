import assert from 'node:assert/strict';
import test from 'node:test';
import { baseLanguage, guessLanguage } from '../../server/src/core/language/stemmer.ts';
import { analyse } from '../../server/src/core/language/tokenizer.ts';

function check(text: string, language: string, terms: string): void {
  assert.equal(analyse(text, language), terms, `${language}: ${text}`);
}

/** The question's terms that the text's terms hold. */
function found(question: string, text: string, language: string): string[] {
  const terms = new Set(analyse(text, language).split(' '));
  return analyse(question, language)
    .split(' ')
    .filter((term) => term !== '' && terms.has(term));
}

test('given English, when analysed, then there are stems without stop words', () => {
  check("The foxes weren't jumping over 1,000 dogs, don't you think?", 'en', 'fox jump 1000 dog think');
  check("Ana's café", 'en', 'ana cafe');
  check('', 'en', '');
  check('the of and', 'en', '');
});

test('given program names and identifiers, when analysed, then they are found whole and in parts', () => {
  check('C++ and C# with node.js', 'en', 'cplusplus csharp node js');
  check('call getUserName in foo_bar', 'en', 'call getusernam foo bar get user name');
  assert.deepEqual(found('user name', 'getUserName()', 'en'), ['user', 'name']);
  check('the N.A.S.A. budget', 'en', 'nasa budget');
});

test('given a time, a ratio or a score, when analysed, then it is one word, and the index holds its numbers too', () => {
  check('The train leaves at 10:30.', 'en', 'train leav 10:30 10 30');
  check('16:9 display', 'en', '16:9 display 16 9');
  check('Der Zug fährt um 08:15 Uhr', 'de', 'zug fahrt 8:15 uhr 8 15');
  assert.deepEqual(found('10：30', '早上10:30开门', 'zh'), ['10:30', '10', '30']);
});

test('given German, when analysed, then umlauts, sharp s and compounds match', () => {
  assert.deepEqual(found('Haus', 'viele Häuser', 'de'), ['haus']);
  assert.deepEqual(found('STRASSE', 'in der Straße', 'de'), ['strass']);
  assert.deepEqual(found('Wahl', 'Die Bundestagswahlen beginnen', 'de'), ['wahl']);
  assert.deepEqual(found('Haushalt', 'unser Haushaltsplan', 'de'), ['haushalt']);
  const knows = (word: string) => ['gewitter', 'front'].includes(word);
  assert.match(analyse('Die Gewitterfront kommt', 'de', knows), /\bgewitt\w* front\b/);
  check('Der Hund und die Katze', 'de', 'hund katz');
});

test('given Chinese, when analysed, then pairs of characters and single ones match', () => {
  assert.deepEqual(found('机器学习', '我们在会议上讨论了机器学习的目的', 'zh').slice(0, 3), [
    '机器',
    '器学',
    '学习',
  ]);
  assert.deepEqual(found('猫', '小猫在沙发上睡觉', 'zh'), ['猫']);
  assert.deepEqual(found('什么', '这是什么', 'zh'), []);
  assert.deepEqual(found('预算', '天气很好', 'zh'), []);
});

test('given Japanese, when analysed, then kanji and katakana match, particles and endings do not', () => {
  assert.deepEqual(found('カメラ', 'デジタルカメラを左に動かした', 'ja'), ['カメ', 'メラ']);
  assert.deepEqual(found('音声認識', '音声認識システムをテストします', 'ja').slice(0, 3), [
    '音声',
    '声認',
    '認識',
  ]);
  assert.deepEqual(found('動かす', 'カメラを動かした', 'ja'), ['動']);
  assert.deepEqual(found('これはですか', 'これはいいですか', 'ja'), []);
});

test('given Korean, Thai and French, when analysed, then words match', () => {
  assert.ok(found('학교', '오늘 학교에서 회의를', 'ko').includes('학교'));
  assert.deepEqual(found('งบประมาณ', 'ประชุมงบประมาณ', 'th'), analyse('งบประมาณ', 'th').split(' '));
  check("L'avion n'est pas arrivé", 'fr', 'avion arriv');
});

test('given text in another script than its language, when analysed, then the script decides', () => {
  assert.deepEqual(found('机器学习', '机器学习', 'en').slice(0, 3), ['机器', '器学', '学习']);
});

test('given language tags, when normalised, then they are base codes', () => {
  assert.equal(baseLanguage('eng'), 'en');
  assert.equal(baseLanguage('ger'), 'de');
  assert.equal(baseLanguage('zh-Hant-TW'), 'zh');
  assert.equal(baseLanguage('nb'), 'no');
  for (const nothing of ['und', 'zxx', '', undefined, '!!', 'forced'])
    assert.equal(baseLanguage(nothing), undefined);
});

test('given a text, when its language is guessed, then script decides, or letters if there are enough', () => {
  assert.equal(guessLanguage('会議で予算について'), 'ja');
  assert.equal(guessLanguage('我们今天学习'), 'zh');
  assert.equal(guessLanguage('Haus'), undefined);
  assert.equal(
    guessLanguage('Wir sprechen heute über den Haushalt der Stadt und die neuen Pläne für den Bahnhof.'),
    'de',
  );
  assert.equal(
    guessLanguage('We talk about the budget of the city and the new plans for the station.'),
    'en',
  );
});
