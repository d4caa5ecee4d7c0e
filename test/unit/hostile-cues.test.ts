import assert from 'node:assert/strict';
import test from 'node:test';
import { yieldToEventLoop } from '../../server/src/base/yield-to-event-loop.ts';
import type { Cue } from '../../server/src/core/domain/cue.ts';
import { isSidecar, SIDECAR_EXTENSIONS } from '../../server/src/core/library/media-extensions.ts';
import { parseCues } from '../../server/src/core/subtitles/parse-subtitles.ts';
import { coversSpeech } from '../../server/src/core/subtitles/prose-detector.ts';
import { runSteps, type Steps } from '../../server/src/core/text/steps.ts';
import { countRegExpWork } from '../support/count-regexp-work.ts';

/** Repeats a pattern up to a length. */
const fill = (pattern: string, length: number) => pattern.repeat(Math.ceil(length / pattern.length));
/** Lengths of the texts, in characters: of all patterns, of the worst, and of those whose work is compared. */
const EACH_CHARS = 100_000;
const WORST_CHARS = 1_000_000;
/** More than any limit of a reader, such as the 5000 characters of a cue. */
const SHORT_CHARS = 6_000;
/** A step of 256 cues takes less; a pass over 60,000 cues in one step takes more. */
const MAX_STEP_CHARS = 500_000;
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

/** Returns the characters that regular expressions look at while something runs. */
function workOf(run: () => void): number {
  const work = countRegExpWork();
  try {
    run();
    return work.chars;
  } finally {
    work.stop();
  }
}

/** Beginnings of everything that a reader looks for the end of. */
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
  }, async () => {
    const texts = [
      ...PATTERNS.map((pattern) => fill(pattern, EACH_CHARS)),
      ...WORST.map((pattern) => fill(pattern, WORST_CHARS)),
    ];
    for (const text of texts) {
      const track = runSteps(parseCues({ name: `a.${extension}` }, head + text));
      assert.ok(track.cues.length <= 200_000);
      for (const cue of track.cues) {
        assert.ok(cue.text.length <= 5000 && cue.endMs > cue.startMs && cue.startMs >= 0, text.slice(0, 40));
      }
      // The timeout can end the test only between two texts.
      await yieldToEventLoop();
    }
  });

  test(`given hostile ${extension} of twice the length, when it is read, then it takes about twice the work`, () => {
    for (const pattern of PATTERNS) {
      const work = (length: number) => {
        const steps = parseCues({ name: `a.${extension}` }, head + fill(pattern, length));
        return workOf(() => runSteps(steps));
      };
      const [single, double] = [work(SHORT_CHARS), work(2 * SHORT_CHARS)];
      assert.ok(double <= 2.5 * single + SHORT_CHARS, `${pattern}: ${single} and ${double} characters`);
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

/** Runs steps to their end. Returns the most work in one of them, in characters. */
function maxStepWork(steps: Steps<unknown>): number {
  let max = 0;
  let isDone = false;
  const step = () => {
    isDone = steps.next().done === true;
  };
  do max = Math.max(max, workOf(step));
  while (!isDone);
  return max;
}

const LONG_TRACKS: Readonly<Record<string, (at: number) => string>> = {
  'lines with markup': (at) => `Line ${at} of <i>many</i>, and more words.`,
  'single words': (at) => `word${'abcdefgh'[at % 8]}`,
};

for (const [name, textOf] of Object.entries(LONG_TRACKS)) {
  test(`given 60,000 cues of ${name}, when they are read and measured, then each step is short`, () => {
    const cues = Array.from({ length: 60_000 }, (_, at): Cue => {
      return { startMs: at * 1000, endMs: at * 1000 + 900, text: textOf(at), kind: 'speech' };
    });
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',');
    const srt = cues.map(
      ({ startMs, endMs, text }, at) => `${at + 1}\n${time(startMs)} --> ${time(endMs)}\n${text}\n`,
    );
    assert.ok(maxStepWork(parseCues({ name: 'a.srt' }, srt.join('\n'))) <= MAX_STEP_CHARS);
    assert.ok(maxStepWork(coversSpeech(cues, 60_000_000)) <= MAX_STEP_CHARS);
  });
}
