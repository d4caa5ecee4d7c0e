import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCues } from '../../server/src/core/subtitles/parse-subtitles.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';

type Short = readonly [number, number, string, string?];

const read = (name: string, text: string, video?: string) => runSteps(parseCues({ name, video }, text));
const short = (name: string, text: string): readonly Short[] =>
  read(name, text).cues.map(({ startMs, endMs, text: said, speaker }) =>
    speaker === undefined ? [startMs, endMs, said] : [startMs, endMs, said, speaker],
  );
const texts = (name: string, text: string) => read(name, text).cues.map((cue) => cue.text);
const block = (timing: string) => `1\n${timing}\nWords.\n`;

test('given times that programs and people write, when a subtitle is read, then its words are kept at their time', () => {
  const cases: Readonly<Record<string, readonly [number, number]>> = {
    '0:00:01.500000 --> 0:00:02.250000': [1500, 2250],
    '00:00:01,1000 --> 00:00:03,000': [2000, 3000],
    '00:00:60,000 --> 00:01:02,000': [60_000, 62_000],
    '00:60:00,000 --> 00:60:01,000': [3_600_000, 3_601_000],
    '00:00:01,000 --> 00:00:01,000': [1000, 3000],
    '00:00:05,000 --> 00:00:04,000': [5000, 7000],
    '-00:00:01,000 --> 00:00:02,000': [0, 2000],
    '00:00:-1,500 --> 00:00:02,000': [0, 2000],
    '00:00:-01,-500 --> 00:00:02,000': [0, 2000],
    '00:00:01,000 --> -00:00:02,000': [1000, 3000],
    '00: 00: 01, 500 --> 00:00: 02,500': [1500, 2500],
    '00:00:01 ,500 --> 00:00:02 ,500 align:start': [1500, 2500],
    '00:00:01,500 -> 00:00:02,500': [1500, 2500],
    '00:00:01,500 —> 00:00:02,500': [1500, 2500],
    '00:00:01,500 ==> 00:00:02,500': [1500, 2500],
    '00:00:01,500 → 00:00:02,500': [1500, 2500],
    '00:00:01,500 -- > 00:00:02,500': [1500, 2500],
    '00:00:01,500 --&gt; 00:00:02,500': [1500, 2500],
    '00：00：01，500 --> 00：00：02，500': [1500, 2500],
    '٠٠:٠٠:٠١,٥٠٠ --> ۰۰:۰۰:۰۲٫۵۰۰': [1500, 2500],
    '००:००:०१,५०० --> ๐๐:๐๐:๐๒,๕๐๐': [1500, 2500],
    '00:00:01:500 --> 00:00:02:500': [1500, 2500],
    '1:500 --> 2:500': [560_000, 620_000],
    '1.5 --> 2.5': [1500, 2500],
    '00:00:01,500-->00:00:02,500': [1500, 2500],
    '00:00:01,500 --> ': [1500, 3500],
    '00:00:01,500 --> xx': [1500, 3500],
  };
  for (const [timing, [startMs, endMs]] of Object.entries(cases)) {
    assert.deepEqual(short('a.srt', block(timing)), [[startMs, endMs, 'Words.']], timing);
  }
});

test('given cues without a length, when they are read, then they last until the next one or a moment', () => {
  const text =
    '1\n00:00:01,000 --> 00:00:01,000\nZero.\n\n2\n00:00:01,500 --> 00:00:01,500\nNext.\n\n3\n0:00:05.000,0:00:06.000\nCall 555-123-4567.\n';
  assert.deepEqual(short('a.srt', text), [
    [1000, 1500, 'Zero.'],
    [1500, 3500, 'Next.'],
    [5000, 6000, 'Call 555-123-4567.'],
  ]);
});

test('given an invalid timing, when the file is read, then its cue is left out and counted', () => {
  const text =
    '1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:0x:03,000 --> 00:00:04,000\nLost.\n\n3\n00:00:05,000 --> 00:00:06,000\nThree.\n';
  for (const [name, whole] of [
    ['a.srt', text],
    ['a.vtt', `WEBVTT\n\n${text}`],
  ] as const) {
    const track = read(name, whole);
    assert.deepEqual(
      track.cues.map((cue) => cue.text),
      ['One.', 'Three.'],
      name,
    );
    assert.equal(track.unread?.count, 1);
    assert.equal(track.unread?.text, '00:0x:03,000 --> 00:00:04,000');
  }
  assert.equal(read('a.srt', text).unread?.line, 6);
  assert.equal(read('a.srt', text.replace('0x', '00')).unread, undefined);
  assert.equal(read('a.vtt', 'not a subtitle').unread?.text, 'not a subtitle');
  assert.equal(read('a.vtt', 'WEBVTT\n').unread, undefined, 'empty and well');
  assert.deepEqual(texts('a.srt', '1\n00:00:01,000 --> 00:00:02,000\nPress File --> Save, or a -> b.\n'), [
    'Press File --> Save, or a -> b.',
  ]);
});

test('given odd line ends and empty first lines, when WebVTT is read, then its words and times are whole', () => {
  const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:03.000 --> 00:04.000\ntwo\n';
  for (const end of ['\n', '\r\n', '\r', '\r\r\n']) {
    assert.deepEqual(short('a.vtt', vtt.replaceAll('\n', end)), [
      [1000, 2000, 'one'],
      [3000, 4000, 'two'],
    ]);
  }
  const youtube = `WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000

hello<00:00:00.500><c> and welcome</c>

00:00:02.000 --> 00:00:04.000
hello and welcome
to<00:00:02.500><c> the talk</c>

00:00:04.000 --> 00:00:04.500
to the talk
about fish

00:00:05.000 --> 00:00:06.000

NOTE not said

intro
00:00:07.000 --> 00:00:08.000

last
`;
  assert.deepEqual(short('a.vtt', youtube), [
    [0, 2000, 'hello and welcome'],
    [2000, 4000, 'to the talk'],
    [4000, 4500, 'about fish'],
    [7000, 8000, 'last'],
  ]);
});

test('given markup, when it is stripped, then what players show is left', () => {
  const ass = (text: string) =>
    texts('a.ass', `[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,${text}\n`)[0];
  assert.equal(ass('{a comment}Hello {\\i1}there{again}'), 'Hello there');
  assert.equal(ass('{\\p1}m 0 0 l 9 9{\\p0}After'), 'After');
  assert.equal(ass('Before{\\p1}m 0 0{\\p0} after'), 'Before after');
  assert.equal(ass('{\\pos(1,2)}Here{\\pbo5}'), 'Here');
  assert.equal(ass('open { brace'), 'open { brace');
  assert.equal(ass('a\\Nb\\nc\\hd \\{e\\}'), 'a b c d {e}');
  const srt = (text: string) => texts('a.srt', `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`)[0];
  assert.equal(
    srt('caf&eacute; &amp;#39;tis&amp;quot; &#39;x&#x27; &copy; AT&T; R&D &unknown;'),
    "café 'tis\" 'x' © AT&T; R&D &unknown;",
  );
  assert.equal(srt('x<y and z>w'), 'x<y and z>w');
  assert.equal(srt('a<b and c>d'), 'a<b and c>d');
  assert.equal(srt('if i<5 <i>then</i> <font color="red">stop</font> <3'), 'if i<5 then stop <3');
  assert.equal(srt('{y:i}one {\\an8}two {three} C:\\new'), 'one two {three} C:\\new');
  assert.equal(srt('<b>bold<br/>line</b> <unknown tag="x">y'), 'bold line y');
  assert.deepEqual(texts('a.sub', '[10][30]/one|two\n[40][]three\n'), ['one two', 'three']);
  assert.deepEqual(short('a.sub', '[10][30]/one|two\n'), [[1000, 3000, 'one two']]);
});

test('given names as people write them, when lines begin with them, then they are speakers', () => {
  const say = (lines: readonly string[]) =>
    read(
      'a.srt',
      lines
        .map((line, at) => `${at + 1}\n00:00:${10 + at},000 --> 00:00:${10 + at},900\n${line}\n`)
        .join('\n'),
    ).cues.map(({ speaker, text }) => `${speaker ?? '-'}|${text}`);
  assert.deepEqual(
    say([
      'José da Silva: Bom dia.',
      'Anna van der Berg: Hallo.',
      'Sam Lee (he/him): Hi.',
      'Omar ibn Said (Host) [room 2]: Yes.',
    ]),
    ['José da Silva|Bom dia.', 'Anna van der Berg|Hallo.', 'Sam Lee|Hi.', 'Omar ibn Said|Yes.'],
  );
  const chat = ['marta: one', 'joe_42: two', 'marta: three', 'joe_42: four', 'marta: five', 'joe_42: six'];
  assert.deepEqual(say(chat)[2], 'marta|three');
  assert.deepEqual(say(chat)[3], 'joe_42|four');
  assert.deepEqual(say(['and he said: come', 'remember this: it is late', 'so: we go']), [
    '-|and he said: come',
    '-|remember this: it is late',
    '-|so: we go',
  ]);
});

test('given SAMI, TTML, YouTube and Whisper files, when they are read, then lines have their times', () => {
  const sami = `<SAMI><HEAD><STYLE TYPE="text/css"><!--
P { font-size: 20pt } .ENUSCC { Name: English; lang: en-US; }
--></STYLE></HEAD><BODY>
<SYNC Start=1000><P Class=ENUSCC>First<br>line
<SYNC Start=2500><P Class=ENUSCC>&nbsp;
<SYNC Start=4000><P Class=ENUSCC>Second &amp; last
<SYNC Start=6000><P Class=ENUSCC>&nbsp;
</BODY></SAMI>`;
  assert.deepEqual(short('a.smi', sami), [
    [1000, 2500, 'First line'],
    [4000, 6000, 'Second & last'],
  ]);
  assert.equal(read('a.smi', sami).language, 'en-US');
  const ttml = `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="x" xml:lang="de" ttp:frameRate="25"><head><title>No</title></head>
<body><div begin="10s"><p begin="00:00:01.500" end="00:00:02.500">Erste<br/>Zeile</p></div>
<div><p begin="20s" dur="1500ms"><span>Zweite</span></p><p begin="00:00:30:05" end="00:00:31:00">Dritte</p><p begin="bad" end="x">Weg</p></div></body></tt>`;
  assert.deepEqual(short('a.ttml', ttml), [
    [11_500, 12_500, 'Erste Zeile'],
    [20_000, 21_500, 'Zweite'],
    [30_200, 31_000, 'Dritte'],
  ]);
  assert.equal(read('a.dfxp', ttml).language, 'de');
  assert.equal(read('a.dfxp', ttml).unread?.count, 1);
  const srv3 =
    '<?xml version="1.0"?><timedtext format="3"><head><pen id="1"/></head><body><p t="1000" d="2000" w="1"><s>hello</s><s t="300"> world</s></p><p t="4000" d="500">it&#39;s</p></body></timedtext>';
  assert.deepEqual(short('a.en.srv3', srv3), [
    [1000, 3000, 'hello world'],
    [4000, 4500, "it's"],
  ]);
  const srv1 =
    '<?xml version="1.0"?><transcript><text start="1.5" dur="2">it&amp;#39;s one</text><text start="4" dur="1">two</text></transcript>';
  assert.deepEqual(short('a.en.srv1', srv1), [
    [1500, 3500, "it's one"],
    [4000, 5000, 'two'],
  ]);
  const json3 = JSON.stringify({
    wireMagic: 'pb3',
    events: [
      { tStartMs: 0, dDurationMs: 9000, id: 1 },
      { tStartMs: 1000, dDurationMs: 2000, segs: [{ utf8: 'hello' }, { utf8: ' world', tOffsetMs: 300 }] },
      { tStartMs: 3000, aAppend: 1, segs: [{ utf8: '\n' }] },
    ],
  });
  assert.deepEqual(short('a.en.json3', json3), [[1000, 3000, 'hello world']]);
  const whisper = {
    text: ' One.',
    segments: [{ id: 0, start: 1.5, end: 2.5, text: ' One.' }],
    language: 'en',
  };
  assert.deepEqual(short('a.json', JSON.stringify(whisper)), [[1500, 2500, 'One.']]);
  assert.equal(read('a.json', JSON.stringify(whisper)).language, 'en');
  const cpp = {
    result: { language: 'de' },
    transcription: [{ timestamps: {}, offsets: { from: 500, to: 900 }, text: ' Eins.' }],
  };
  assert.deepEqual(short('a.json', JSON.stringify(cpp)), [[500, 900, 'Eins.']]);
  assert.deepEqual(short('a.tsv', 'start\tend\ttext\n1500\t2500\tOne, two.\n'), [[1500, 2500, 'One, two.']]);
  const damaged = JSON.stringify([{ start: 1, end: 2, text: 'One.' }, null, { start: 'x', text: 'Lost.' }]);
  assert.deepEqual(short('a.json', damaged), [[1000, 2000, 'One.']]);
  assert.deepEqual(read('a.json', damaged).unread, { count: 2, text: 'entry 2' });
  const backwards = '<SAMI><BODY><SYNC Start=5000><P>Late<SYNC Start=3000><P>Early<SYNC Start=4000><P>&nbsp;';
  assert.deepEqual(short('a.smi', backwards), [
    [3000, 4000, 'Early'],
    [5000, 7000, 'Late'],
  ]);
  const lyrics = '[ar:Ana]\n[00:01.00]One\n[00:0x.00]Two\nThree\n\n[00:04.00]\n';
  assert.deepEqual(short('a.lrc', lyrics), [[1000, 4000, 'One']]);
  assert.deepEqual(read('a.lrc', lyrics).unread, { count: 2, line: 3, text: '[00:0x.00]Two' });
  for (const other of ['{"format": "mp4", "duration": 3}', '[1, 2]', '{', '[]', '{"segments": ["a"]}']) {
    assert.deepEqual(read('a.json', other), { source: 'a.json', cues: [] }, other);
  }
  assert.deepEqual(read('a.tsv', 'name\tage\nAna\t3\n'), { source: 'a.tsv', cues: [] });
});

test('given file names and texts, when the language is detected, then the stem of the video is ignored and the text decides', () => {
  const english = [
    'We went down to the harbour yesterday.',
    'Where are the bicycles, do you know?',
    'I have no idea, ask your brother.',
  ];
  const icelandic = [
    'Ég veit ekki hvað þú ert að tala um.',
    'Hvar er hjólið mitt, manstu það?',
    'Við förum heim núna, það er orðið seint.',
  ];
  const chinese = ['今天我们来讨论会议的安排和计划。', '谢谢大家。'];
  const srt = (lines: readonly string[]) =>
    lines.map((line, at) => `${at + 1}\n00:00:${10 + at},000 --> 00:00:${10 + at},900\n${line}\n`).join('\n');
  const language = (name: string, lines: readonly string[], video?: string) =>
    read(name, srt(lines), video).language;
  assert.equal(language('This.Is.Us.S01E01.srt', english), 'en');
  assert.equal(language('This.Is.Us.S01E01.srt', [], 'This.Is.Us.S01E01.mkv'), undefined);
  assert.equal(language('This.Is.Us.S01E01.is.srt', icelandic, 'This.Is.Us.S01E01.mkv'), 'is');
  assert.equal(language('Das.Boot.De.srt', [], 'Das.Boot.De.mkv'), undefined);
  assert.equal(language('talk.pt-BR.srt', english), 'en');
  assert.equal(language('talk.en-GB.srt', english), 'en-GB');
  assert.equal(
    language('talk.hr.srt', [
      'Ne znam o čemu pričaš, stvarno.',
      'Gdje je moj bicikl? Idemo sada kući, kasno je.',
    ]),
    'hr',
  );
  for (const [mark, tag] of Object.entries({
    chs: 'zh-Hans',
    cht: 'zh-Hant',
    sc: 'zh-Hans',
    tc: 'zh-Hant',
    jp: 'ja',
    pob: 'pt-BR',
  })) {
    assert.equal(language(`talk.${mark}.srt`, []), tag);
  }
  assert.equal(language('talk.chs.srt', chinese), 'zh-Hans');
  const ukrainian = [
    'Я не знаю, про що ти говориш. Де мій велосипед?',
    'Ходімо додому, вже пізно, її немає.',
  ];
  assert.equal(language('talk.uk.srt', ukrainian), 'uk');
  assert.equal(language('talk.srt', ukrainian), undefined, 'the guess would be Russian');
  assert.equal(
    language(
      'talk.en.srt',
      ukrainian.map((line) => line.replaceAll('і', 'ы')),
    ),
    'ru',
  );
  const danish = [
    'Jeg ved ikke, hvad du taler om. Hvor er min cykel henne?',
    'Vi tager hjem nu, det er sent.',
  ];
  assert.equal(language('talk.da.srt', danish), 'da');
  assert.equal(language('talk.srt', chinese), 'zh');
  assert.equal(language('talk.srt', ['Hi.']), undefined, 'too little to tell');
});
