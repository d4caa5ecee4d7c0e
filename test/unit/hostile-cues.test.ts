import assert from 'node:assert/strict';
import test from 'node:test';
import { isSidecar, SIDECAR_EXTENSIONS } from '../../server/src/core/library/media-extensions.ts';
import { finish, parseCues } from '../../server/src/core/subtitles/parse-subtitles.ts';

/** One pattern over and over. */
const fill = (pattern: string, length: number) => pattern.repeat(Math.ceil(length / pattern.length));
/** The worst of them are tried with 1 MB, all with this much, characters. */
const EACH = 100_000;
const WORST: readonly string[] = [
  '{',
  '<',
  '&',
  '[',
  '\\',
  '0',
  'a',
  ' ',
  '\n',
  '-->',
  '0:00 --> 0:01\n',
  '<p><p>',
  '{{"a":[',
];

/** A reader that looks at a sign more than a few times takes hours over these, not milliseconds. */
const PATTERNS: readonly string[] = [
  ...[
    '{',
    '}',
    '<',
    '>',
    '&',
    '[',
    ']',
    '(',
    '\\',
    '"',
    "'",
    '-',
    ' ',
    '\t',
    '\r',
    '\n',
    ':',
    ',',
    '.',
    '0',
    'a',
    '|',
  ],
  ...[
    '<b ',
    '<v ',
    '<v a',
    '<c.',
    '</',
    '<!--',
    '<![CDATA[',
    '<p t="1" ',
    '<p begin="0" ',
    '<span begin="1s">',
  ],
  ...['{\\', '{\\p1', '{\\p1}', '{y:', '\\N', '\\h', '\\{', '&#', '&amp;', '&amp;#', '&nbsp', '&lt;'],
  ...[
    '-->',
    '- ->',
    ' --> ',
    '0:00 --> 0:01\n',
    '00:00:01,000 --> ',
    '→',
    '=>',
    '1\n',
    '1\n1\n',
    '\r\r\n',
    'A a',
    'A: ',
    'a (a)',
    '(a ',
    '[a] ',
  ],
  ...[
    '[00:',
    '[00:01]',
    '[la:',
    '[la:  ',
    '[offset: ',
    '{1}{',
    '{1}{2}',
    '[1][2]',
    '{1}{2}|',
    '0:00:01.000,',
    '0\t1\t',
    '1\t2\ta\n',
  ],
  ...[
    '<SYNC Start=1>',
    '<SYNC Start=1><P Class=A>a',
    '<P Class="',
    '<tt><p begin="1s" end="2s">',
    '<p><p>',
    '<div begin="1s">',
    '"a":',
    '[[',
    '{"a":',
  ],
  ...[
    'Dialogue: ',
    ',',
    'Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{',
    'Format: Start, End, Text\n',
    '♪ ',
    'é',
    '\u0301',
    '字',
    '\u200B',
    '\uD800',
  ],
];
const HEADS: Readonly<Record<string, string>> = {
  srt: '1\n00:00:01,000 --> 00:00:02,000\n',
  vtt: 'WEBVTT\n\n00:01.000 --> 00:02.000\n',
  sbv: '0:00:01.000,0:00:02.000\n',
  sub: '{1}{2}a\n',
  ass: '[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,',
  ssa: '',
  lrc: '[00:01.00]',
  smi: '<SAMI><BODY><SYNC Start=1><P Class=A>',
  ttml: '<tt><body><div><p begin="1s" end="2s">',
  srv3: '<timedtext><body><p t="1" d="2">',
  json: '[',
  json3: '{"events":[{"tStartMs":1,"segs":[{"utf8":"',
  tsv: 'start\tend\ttext\n0\t1\t',
};

for (const [extension, head] of Object.entries(HEADS)) {
  test(`given hostile ${extension}, when it is read, then it ends and gives bounded Cues`, {
    timeout: 120_000,
  }, () => {
    const texts = [
      ...PATTERNS.map((pattern) => fill(pattern, EACH)),
      ...WORST.map((pattern) => fill(pattern, 1_000_000)),
    ];
    for (const text of texts) {
      const track = finish(parseCues({ name: `a.${extension}` }, head + text));
      assert.ok(track.cues.length <= 200_000);
      for (const cue of track.cues) {
        assert.ok(cue.text.length <= 5000 && cue.endMs > cue.startMs && cue.startMs >= 0, text.slice(0, 40));
      }
    }
  });
}

test('given every extension of a text sidecar, when hostile texts are listed, then it is among them', () => {
  const others = new Set(['dfxp', 'itt', 'sami', 'srv1', 'srv2', 'sup', 'idx', 'scc', 'mcc']);
  for (const extension of SIDECAR_EXTENSIONS) {
    assert.ok(isSidecar(`a.${extension}`));
    assert.ok(extension in HEADS || others.has(extension), extension);
  }
});

test('given 60,000 cues, when they are read, then the reader yields all along', () => {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',');
  const cues = Array.from(
    { length: 60_000 },
    (_, at) =>
      `${at + 1}\n${time(at * 1000)} --> ${time(at * 1000 + 900)}\nLine ${at} of <i>many</i>, and more words.\n`,
  );
  const steps = parseCues({ name: 'a.srt' }, cues.join('\n'));
  let yields = 0;
  while (steps.next().done !== true) yields += 1;
  assert.ok(yields > 400, `${yields}`);
});
