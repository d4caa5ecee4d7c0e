import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cue } from '../../server/src/core/domain/cue.ts';
import { cleanCues, parseCues as parse } from '../../server/src/core/subtitles/parse-subtitles.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';

const parseCues = (name: string, text: string, framesPerSecond?: number) =>
  runSteps(parse({ name, framesPerSecond }, text));

type Short = readonly [number, number, string, string?];

/** Cues as start, end, text and speaker. */
const short = (cues: readonly Cue[]): readonly Short[] =>
  cues.map(({ startMs, endMs, text, speaker }) =>
    speaker === undefined ? [startMs, endMs, text] : [startMs, endMs, text, speaker],
  );
const check = (name: string, text: string, expected: readonly Short[], framesPerSecond?: number) =>
  assert.deepEqual(short(parseCues(name, text, framesPerSecond).cues), expected);

test('given WebVTT with notes, styles and settings, when parsed, then only cues are text', () => {
  const text = `\uFEFFWEBVTT - a title
Kind: captions
Language: pt-br

STYLE
::cue { color: red }

REGION
id:fred
width:40%

NOTE
not said --> by anybody
00:09.000 or here

intro
00:01.500 --> 00:04.000 align:start position:10% region:fred
first line
second line

00:05.000 --> 00:06.000
01:02:03.400 is a time

01:00:00.000 --> 01:00:02.5
late
`;
  const track = parseCues('talk.vtt', text);
  assert.equal(track.language, 'pt-BR');
  assert.deepEqual(short(track.cues), [
    [1500, 4000, 'first line second line'],
    [5000, 6000, '01:02:03.400 is a time'],
    [3_600_000, 3_602_500, 'late'],
  ]);
  assert.ok(track.cues.every((cue) => cue.kind === 'speech'));
});

test('given WebVTT with voices, tags and entities, when parsed, then cues have speakers and plain text', () => {
  check(
    'a.vtt',
    `WEBVTT

00:00.000 --> 00:02.000
<v Ana>Hi <b>there</b> &amp; you, 1 &lt; 2

00:02.000 --> 00:04.000
<v.loud Bob &amp; Co>Second</v>
<v Ana>Third <c.yellow>one</c></v>

00:04.000 --> 00:06.000
<00:04.500><i>a</i> < b &#39;x&#x27; &nbsp; &unknown; <lang en>c</lang>
`,
    [
      [0, 2000, 'Hi there & you, 1 < 2', 'Ana'],
      [2000, 4000, 'Second', 'Bob & Co'],
      [2000, 4000, 'Third one', 'Ana'],
      [4000, 6000, "a < b 'x' &unknown; c"],
    ],
  );
});

test('given the kind of a WebVTT file, when parsed, then its text is speech, description or none', () => {
  const cue = '\n\n00:00.000 --> 00:01.000\nA man sits.\n';
  const kinds = (name: string, head: string) => parseCues(name, head + cue).cues.map((one) => one.kind);
  assert.deepEqual(kinds('a.vtt', 'WEBVTT\nKind: descriptions'), ['description']);
  assert.deepEqual(kinds('a.vtt', 'WEBVTT Kind: descriptions; Language: en'), ['description']);
  assert.deepEqual(kinds('chrome.descriptions.vtt', 'WEBVTT'), ['description']);
  assert.deepEqual(kinds('a.en.descriptions.vtt', 'WEBVTT'), ['description']);
  assert.deepEqual(kinds('descriptions.vtt', 'WEBVTT'), ['speech']);
  assert.deepEqual(kinds('a.vtt', 'WEBVTT\nKind: metadata'), []);
  assert.deepEqual(kinds('a.thumbnails.vtt', 'WEBVTT'), []);
  check('a.vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nsprite-1.jpg#xywh=0,0,160,90\n', []);
});

test('given malformed cues, when parsed, then they are left out and the rest stays', () => {
  check(
    'a.vtt',
    `WEBVTT

00:01.000 --> 00:02.000
one

bad --> worse
lost

00:05.000 --> 00:04.000
backwards

00:61.000 --> 00:62.000
no such second

00:07.000-->00:08.000
tight
00:08.000 --> 00:09.000
without a blank line

00:10.000 --> 00:11.000

00:12,000 --> 00:13,000
comma
`,
    [
      [1000, 2000, 'one'],
      [5000, 7000, 'backwards'],
      [7000, 8000, 'tight'],
      [8000, 9000, 'without a blank line'],
      [12_000, 13_000, 'comma'],
      [61_000, 62_000, 'no such second'],
    ],
  );
  for (const text of ['', '\n', 'WEBVTT', 'hello', '\u0000\u0001', '1\n2\n3', '[Events]', '{1}', '[00:01']) {
    for (const extension of ['srt', 'vtt', 'ass', 'ssa', 'sub', 'sbv', 'lrc']) {
      assert.deepEqual(parseCues(`a.${extension}`, text).cues, [], `${extension} ${JSON.stringify(text)}`);
    }
  }
});

test('given SubRip with odd counters, blank lines and line endings, when parsed, then cues are right', () => {
  const text = [
    '1',
    '00:00:01,000 --> 00:00:02,5',
    '<i>Hello</i> {\\an8}<font color="#fff">world</font>',
    '',
    '2',
    '0:0:3,100 --> 00:00:04.200 X1:2 Y1:3',
    'in two',
    '',
    'parts',
    '',
    '3',
    '00:00:05,000 --> 00:00:06,000',
    '1984',
    '4',
    '99:00:00,000 --> 99:00:01,000',
    'late',
  ];
  const expected: readonly Short[] = [
    [1000, 2500, 'Hello world'],
    [3100, 4200, 'in two parts'],
    [5000, 6000, '1984'],
    [356_400_000, 356_401_000, 'late'],
  ];
  for (const end of ['\n', '\r\n', '\r']) check('a.srt', text.join(end), expected);
});

test('given ASS with overrides, comments and drawings, when parsed, then cues have text and speaker', () => {
  check(
    'a.ass',
    `[Script Info]
Title: x

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,nobody says this
Dialogue: 0,0:00:01.50,0:00:02.75,Default,Ana,0,0,0,,Hello, {\\i1}world{\\i0}\\Nline, two

Dialogue: 0,0:00:03.5,0:00:04.00,Default,,0,0,0,,after\\ha blank line
Dialogue: 0,bad,0:00:02.75,Default,Ana,0,0,0,,bad
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,10:00:01.00,10:00:02.00,Default,Bo,0,0,0,,late
`,
    [
      [1500, 2750, 'Hello, world line, two', 'Ana'],
      [3500, 4000, 'after a blank line'],
      [36_001_000, 36_002_000, 'late', 'Bo'],
    ],
  );
  check(
    'a.ssa',
    '[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.00,Default,,0000,0000,0000,,hi\n',
    [[1000, 2000, 'hi']],
  );
});

test('given MicroDVD, when parsed, then frames become times at the rate of the video, the file, or 25', () => {
  const lines = '{25}{50}{y:i}one|two\n{75}{}three\n{x}{y}bad\n';
  check('a.sub', lines, [
    [1000, 2000, 'one two'],
    [3000, 7000, 'three'],
  ]);
  check('a.sub', '{30}{60}one', [[1000, 2000, 'one']], 30);
  check('a.sub', '{1}{1}23.976\n{24}{48}/one', [[1001, 2002, 'one']], 30);
});

test("given SubViewer and YouTube's sbv, when parsed, then cues are right", () => {
  check('a.sbv', '0:00:01.000,0:00:02.500\nHello\nworld\n\n0:00:03.000,0:00:04.000\nagain, then\n', [
    [1000, 2500, 'Hello world'],
    [3000, 4000, 'again, then'],
  ]);
  check('a.sub', '[INFORMATION]\n[TITLE]x\n\n00:00:01.00,00:00:02.50\nHello[br]world\n', [
    [1000, 2500, 'Hello world'],
  ]);
});

test('given LRC, when parsed, then lines end with the next, and offset and language are read', () => {
  const track = parseCues(
    'a.lrc',
    '[ti:Song]\n[la:de]\n[00:01.50]one\n[00:03.345][01:00]two\n[00:04.00]\n[00:20.00]<00:20.00>three <00:21.00>four\n[123:00.5]late',
  );
  assert.equal(track.language, 'de');
  assert.deepEqual(short(track.cues), [
    [1500, 3345, 'one'],
    [3345, 4000, 'two'],
    [20_000, 30_000, 'three four'],
    [60_000, 70_000, 'two'],
    [7_380_500, 7_390_500, 'late'],
  ]);
  check('a.lrc', '[offset:+500]\n[00:01.00]a\n[00:02.00]b', [
    [500, 1500, 'a'],
    [1500, 11_500, 'b'],
  ]);
});

test('given a colon in a line, when parsed, then only a name before it is a speaker', () => {
  const say = (...lines: readonly string[]) =>
    parseCues(
      'a.srt',
      lines
        .map((line, at) => `${at + 1}\n00:00:${at + 10},000 --> 00:00:${at + 10},900\n${line}\n`)
        .join('\n'),
    ).cues.map((cue) => (cue.speaker === undefined ? cue.text : `[${cue.speaker}] ${cue.text}`));
  assert.deepEqual(
    say(
      'Ana: Hello.',
      '>> BOB SMITH: Hi.',
      '- Dr. Müller: Guten Tag.',
      '[Chair]: Order.',
      'Ana Maria (laughing): Yes.',
      'Note: this is not a name.',
      'at 10:30 we go',
      'See https://example.org',
      'The three things are: one, two',
      '>> and on',
      '- one\n- two',
      'Ana: first\nBob: second',
    ),
    [
      '[Ana] Hello.',
      '[BOB SMITH] Hi.',
      '[Dr. Müller] Guten Tag.',
      '[Chair] Order.',
      '[Ana Maria] Yes.',
      'Note: this is not a name.',
      'at 10:30 we go',
      'See https://example.org',
      'The three things are: one, two',
      'and on',
      'one two',
      '[Ana] first',
      '[Bob] second',
    ],
  );
  assert.deepEqual(say('小明：你好', '他说：好', '小明：再见'), ['[小明] 你好', '他说：好', '[小明] 再见']);
});

test("given YouTube's rolling captions, when parsed, then each line is there once", () => {
  check(
    'a.en.vtt',
    `WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
${' '}
hello<00:00:00.500><c> and</c><00:00:01.000><c> welcome</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
hello and welcome

00:00:02.010 --> 00:00:04.000 align:start position:0%
hello and welcome
to<00:00:02.500><c> the</c><00:00:03.000><c> talk</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
to the talk

00:00:04.010 --> 00:00:06.000 align:start position:0%
to the talk
about fish
`,
    [
      [0, 2010, 'hello and welcome'],
      [2010, 4010, 'to the talk'],
      [4010, 6000, 'about fish'],
    ],
  );
});

test('given captions that grow word by word, when parsed, then each sentence is there once', () => {
  check(
    'a.srt',
    `1
00:00:00,000 --> 00:00:01,000
so

2
00:00:01,000 --> 00:00:02,000
so we

3
00:00:02,000 --> 00:00:03,000
so we begin

4
00:00:03,000 --> 00:00:04,000
now
`,
    [
      [0, 3000, 'so we begin'],
      [3000, 4000, 'now'],
    ],
  );
});

test('given a repeated text, when it follows at once, then it lasts longer; when it comes later, then it is a cue', () => {
  check(
    'a.srt',
    `1
00:00:00,000 --> 00:00:01,000
Wait.

2
00:00:01,000 --> 00:00:02,000
Wait.

3
00:00:02,000 --> 00:00:03,000
Wait for me.

4
00:00:10,000 --> 00:00:11,000
Wait for me.
`,
    [
      [0, 2000, 'Wait.'],
      [2000, 3000, 'Wait for me.'],
      [10_000, 11_000, 'Wait for me.'],
    ],
  );
});

test('given the name of a sidecar, when parsed, then its language is read from it', () => {
  const language = (name: string) => parseCues(name, '').language;
  const expected: Readonly<Record<string, string | undefined>> = {
    'talk.en.srt': 'en',
    'talk.pt-BR.vtt': 'pt-BR',
    'talk.zh_hans.vtt': 'zh-Hans',
    'talk.eng.srt': 'en',
    'talk.en.forced.srt': 'en',
    'talk.de.hi.srt': 'de',
    'talk.hi.srt': 'hi',
    'talk.German.srt': 'de',
    '2_English.srt': 'en',
    'my.talk.2024.fr.cc.srt': 'fr',
    'talk.srt': undefined,
    'en.srt': undefined,
    'talk.v2.srt': undefined,
    'talk.xx.srt': undefined,
  };
  for (const [name, tag] of Object.entries(expected)) assert.equal(language(name), tag, name);
});

test('given control characters and broken surrogates, when parsed, then they are removed or replaced', () => {
  check(
    'a.srt',
    '1\n00:00:01,000 --> 00:00:02,000\n\u202Ecafe\u0301\u0007 \u2066x\u2069\uD800\u200B\tna\u00A0na 👩\u200D💻\n',
    [[1000, 2000, 'café x\uFFFD na na 👩\u200D💻']],
  );
});

test('given cues from a decoder, when cleaned, then they are as those of a file', () => {
  const cue = (startMs: number, text: string): Cue => ({
    startMs,
    endMs: startMs + 1000,
    text,
    kind: 'speech',
  });
  const cleaned = (cues: readonly Cue[]) => runSteps(cleanCues(cues, 'html'));
  assert.deepEqual(
    short(
      cleaned([
        { ...cue(2000, 'Hello, {\\i1}there{\\i0}\\Nagain'), speaker: 'Ana' },
        cue(0, '<i>first</i> &amp; <b>only</b>'),
        cue(4000, '1,000, they say'),
        { ...cue(6000, 'x'), endMs: 6000 },
      ]),
    ),
    [
      [0, 1000, 'first & only'],
      [2000, 3000, 'Hello, there again', 'Ana'],
      [4000, 5000, '1,000, they say'],
      [6000, 8000, 'x'],
    ],
  );
  const described = cleaned([{ ...cue(0, 'Ana: a woman'), kind: 'description' }]);
  assert.deepEqual(described, [{ startMs: 0, endMs: 1000, text: 'Ana: a woman', kind: 'description' }]);
});

test('given a word or syllable in each cue, when they follow closely, then they are joined into lines', () => {
  const words = 'so this is how we go down to the old harbour. And then we rest there'.split(' ');
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',');
  const srt = words.map((word, at) => `${at + 1}\n${time(at * 400)} --> ${time(at * 400 + 380)}\n${word}\n`);
  check('a.srt', srt.join('\n'), [
    [0, 4380, 'so this is how we go down to the old harbour.'],
    [4400, 6380, 'And then we rest there'],
  ]);
  const sparse = words.map(
    (word, at) => `${at + 1}\n${time(at * 4000)} --> ${time(at * 4000 + 900)}\n${word}\n`,
  );
  assert.equal(parseCues('a.srt', sparse.join('\n')).cues.length, words.length);
  const japanese = words.map(
    (_, at) =>
      `${at + 1}\n${time(at * 2000)} --> ${time(at * 2000 + 1900)}\n今日は会議の資料を説明します${at}\n`,
  );
  assert.equal(parseCues('a.srt', japanese.join('\n')).cues.length, words.length, 'lines without spaces');
});
