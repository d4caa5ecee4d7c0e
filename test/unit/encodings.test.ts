import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import iconv from 'iconv-lite';
import { decodeText } from '../../server/src/adapters/node-disk/read-text.ts';

const SAMPLES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'German',
    ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'cp850', 'macintosh'],
    [
      'Die Prüfung war schön, aber größer als gewöhnlich.',
      'Für Bücher über Käse gibt es später Geld.',
      'Öffnen Sie die Tür!',
    ],
  ],
  [
    'French',
    ['windows-1252', 'cp850', 'macintosh'],
    [
      'Il a été très étonné, ça se voit à sa tête.',
      'Où êtes-vous allés après la fête ?',
      'Hélas, le château était fermé.',
    ],
  ],
  ['Spanish', ['windows-1252'], ['¿Dónde está el niño? ¡Mañana vendrá!', 'La canción está aquí, señor.']],
  [
    'Portuguese',
    ['windows-1252', 'cp850'],
    ['Não sei o que você está fazendo, João.', 'Amanhã é a reunião. Até lá, irmão.'],
  ],
  [
    'Icelandic',
    ['windows-1252'],
    ['Ég veit ekki hvað þú ert að tala um, það er satt.', 'Hvar er hjólið mitt? Við förum heim núna.'],
  ],
  [
    'Polish',
    ['windows-1250'],
    [
      'Nie wiem, gdzie są moje książki, może są już w domu.',
      'Żółta łódź płynie po rzece, a dzieci śpią.',
      'Proszę, chodźmy się czegoś napić.',
    ],
  ],
  [
    'Czech',
    ['windows-1250'],
    [
      'Nevím, kde je moje kolo. Půjdeme domů později.',
      'Příliš žluťoučký kůň úpěl ďábelské ódy.',
      'Děkuji, už musím jít, je pozdě večer.',
    ],
  ],
  [
    'Turkish',
    ['windows-1254'],
    [
      'Bisikletim nerede bilmiyorum, şimdi eve gidiyoruz.',
      'Çok geç oldu, ağaçların altında bekliyoruz.',
      'Işık söndü, yağmur başladı.',
    ],
  ],
  [
    'Russian',
    ['windows-1251', 'koi8-r', 'cp866', 'iso-8859-5', 'maccyrillic'],
    [
      'Это русские субтитры, сегодня мы обсуждаем план встречи.',
      'Я не знаю, где мой велосипед. Пойдём домой!',
      'ОЧЕНЬ ПОЗДНО.',
    ],
  ],
  [
    'Ukrainian',
    ['windows-1251', 'koi8-u'],
    ['Я не знаю, про що ти говориш. Де мій велосипед?', 'Ходімо додому, вже пізно, її немає.'],
  ],
  [
    'Bulgarian',
    ['windows-1251', 'cp866'],
    ['Не знам за какво говориш. Къде е колелото ми?', 'Да си вървим, вече е късно.'],
  ],
  [
    'Greek',
    ['windows-1253', 'iso-8859-7', 'cp737'],
    ['Δεν ξέρω για τι πράγμα μιλάς. Πού είναι το ποδήλατό μου;', 'Πάμε σπίτι τώρα, είναι αργά.'],
  ],
  [
    'Hebrew',
    ['windows-1255'],
    ['אני לא יודע על מה אתה מדבר. איפה האופניים שלי?', 'בוא נלך הביתה, כבר מאוחר.'],
  ],
  [
    'Arabic',
    ['windows-1256'],
    ['لا أعرف ما الذي تتحدث عنه. أين دراجتي؟', 'لنذهب إلى البيت الآن، الوقت متأخر.'],
  ],
  [
    'Thai',
    ['tis620', 'windows-874'],
    ['ฉันไม่รู้ว่าคุณพูดถึงอะไร จักรยานของฉันอยู่ที่ไหน', 'ไปบ้านกันเถอะ ดึกแล้ว', 'ขอบคุณมากครับ'],
  ],
  [
    'Japanese',
    ['shift_jis', 'euc-jp'],
    [
      'これは日本語の字幕です。今日は会議の資料について説明します。',
      'ありがとうございました。',
      'カタカナも読めます。',
    ],
  ],
  // Few lines, whose letters other encodings turn into letters of several languages.
  [
    'Czech (short)',
    ['windows-1250', 'cp852'],
    ['Kam jdeš?', 'Uvidíme se zítra ráno.', 'Běž!', 'Omlouvám se, přišel jsem pozdě.'],
  ],
  [
    'Polish (short)',
    ['windows-1250', 'iso-8859-2', 'cp852'],
    ['Dokąd idziesz?', 'Spotkajmy się jutro rano.', 'Przepraszam, spóźniłem się.'],
  ],
  [
    'Hungarian (short)',
    ['windows-1250'],
    ['Hová mész?', 'Elnézést, elkéstem, köszönöm szépen.', 'Őrült vagy, fűtő úr!'],
  ],
  [
    'Lithuanian (short)',
    ['windows-1257'],
    ['Susitiksime rytoj ryte stotyje, ačiū, žmonės.', 'Atsiprašau, vėluoju, šiąnakt įvyko.'],
  ],
  // Bytes that look like UTF-8 here and there.
  ['Japanese (cars)', ['shift_jis', 'euc-jp'], ['皆さんこんにちは、今日は街の赤い車について話しましょう']],
  ['Japanese (short)', ['shift_jis', 'euc-jp'], ['ちょっと待って。', 'えっ、本当？']],
  ['Korean (cars)', ['euc-kr'], ['안녕하세요 여러분, 오늘은 도시의 빨간 자동차에 대해 이야기하겠습니다']],
  ['Chinese (cars)', ['gbk', 'gb18030'], ['大家好，今天我们来谈谈城市里的红色汽车']],
  ['Traditional Chinese (cars)', ['big5'], ['大家好，今天我們來談談城市裡的紅色汽車']],
  ['Hebrew (cars)', ['windows-1255', 'iso-8859-8'], ['שלום לכולם, היום נדבר על מכונית אדומה שנוסעת בעיר']],
  [
    'Greek (cars)',
    ['windows-1253', 'cp737'],
    ['Καλημέρα σας, σήμερα θα μιλήσουμε για το κόκκινο αυτοκίνητο στην πόλη'],
  ],
  [
    'Chinese',
    ['gbk', 'gb18030'],
    ['这是中文字幕，今天我们来讨论会议的安排和计划。', '谢谢大家，我们明天再见。'],
  ],
  [
    'Traditional Chinese',
    ['big5'],
    ['這是中文字幕，今天我們來討論會議的安排和計劃。', '謝謝大家，我們明天再見。'],
  ],
  [
    'Korean',
    ['euc-kr'],
    ['나는 당신이 무슨 말을 하는지 모르겠어요. 내 자전거는 어디에 있나요?', '집에 갑시다, 늦었어요.'],
  ],
];
const subtitle = (lines: readonly string[]) =>
  lines
    .map((line, at) => `${at + 1}\r\n00:00:0${at + 1},000 --> 00:00:0${at + 2},000\r\n${line}\r\n\r\n`)
    .join('');

for (const [language, encodings, lines] of SAMPLES) {
  for (const encoding of encodings) {
    test(`given ${language} in ${encoding}, when it is decoded, then the text is right`, async () => {
      const text = subtitle(lines);
      assert.equal(await decodeText(iconv.encode(text, encoding)), text);
    });
  }
}

test('given UTF-8 with damage, when it is decoded, then each line is decided by itself', async () => {
  const utf8 = (text: string) => Buffer.from(text);
  const latin = (text: string) => iconv.encode(text, 'windows-1252');
  const mixed = (...parts: readonly Buffer[]) => decodeText(Buffer.concat(parts));
  const russian = 'Это русские субтитры, сегодня мы.\n';
  assert.equal(
    await mixed(utf8(russian), latin('café\n'), utf8('日本語の字幕です。\n')),
    `${russian}café\n日本語の字幕です。\n`,
  );
  assert.equal(
    await mixed(utf8('naïve, '), latin('café'), utf8(', schön — “ja”\n')),
    'naïve, café, schön — “ja”\n',
  );
  assert.equal(
    await mixed(utf8('Größe\n'), iconv.encode(russian.repeat(3), 'windows-1251'), utf8(russian.repeat(9))),
    `Größe\n${russian.repeat(3)}${russian.repeat(9)}`,
  );
  assert.equal(
    (await mixed(utf8(`${russian}schön`), Buffer.from([0xe2, 0x82]))).startsWith(`${russian}schön`),
    true,
    'cut off in a sequence',
  );
  assert.equal(await mixed(latin('just one é here\n')), 'just one é here\n');
});

test('given Japanese in escape sequences of seven bits, when it is decoded, then the text is right', async () => {
  // "これは" in ISO-2022-JP, between ASCII.
  const bytes = Buffer.from('1\r\n00:01,000 --> 00:02,000\r\n\x1b$B$3$l$O\x1b(B ok\r\n', 'latin1');
  assert.equal(await decodeText(bytes), '1\r\n00:01,000 --> 00:02,000\r\nこれは ok\r\n');
});

test('given a text in a legacy encoding, when its encoding is guessed, then the event loop gets its turns', async () => {
  let turns = 0;
  const countTurn = () => {
    turns += 1;
    next = setImmediate(countTurn);
  };
  let next = setImmediate(countTurn);
  await decodeText(iconv.encode('Größe. '.repeat(2_000), 'windows-1252'));
  clearImmediate(next);
  // One for each encoding that is tried.
  assert.ok(turns >= 20, `${turns} turns`);
});
