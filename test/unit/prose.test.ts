import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cue } from '../../server/src/core/domain/cue.ts';
import { parseCues } from '../../server/src/core/subtitles/parse-subtitles.ts';
import { countSpokenWords, coversSpeech } from '../../server/src/core/subtitles/prose-detector.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';

/** An .srt file of one cue after another, each `ms` long. */
const srt = (texts: readonly string[], ms = 1000, everyMs = ms): string =>
  texts
    .map((text, at) => `${at + 1}\n${time(at * everyMs)} --> ${time(at * everyMs + ms)}\n${text}\n`)
    .join('\n');
const vtt = (texts: readonly string[], ms = 1000): string =>
  `WEBVTT\n\n${srt(texts, ms).replace(/(:\d\d),/g, '$1.')}`;
const time = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',');
const count = (length: number) => Array.from({ length }, (_, at) => at);
const read = (name: string, text: string) => runSteps(parseCues({ name }, text)).cues;

const DJI = count(120).map(
  (at) => `<font size="28">SrtCnt : ${at + 1}, DiffTime : 33ms
2026-11-12 12:34:${10 + (at % 50)}.${100 + at}
[iso : 1${at % 9}0] [shutter : 1/3${at % 7}0.0] [fnum : 280] [ev : 0] [latitude: 51.${1000 + at}] [longitude: -0.${at}] [rel_alt: 1.${at} abs_alt: 112.3] </font>`,
);

test('given data that travels as subtitles, when it is read, then nothing of it is a Cue', () => {
  const tracks: Readonly<Record<string, string>> = {
    'dji.srt': srt(DJI, 33),
    'one-reading.srt': srt(DJI.slice(0, 1)),
    'phantom.srt': srt(
      count(30).map(
        (at) =>
          `HOME(149.0251,-20.2532) 2026.08.05 14:11:${10 + at}\nGPS(149.02${at},-20.25${at},16) BAROMETER:1.${at}\nISO:100 Shutter:60 EV: Fnum:F2.8`,
      ),
    ),
    'mini.srt': srt(
      count(30).map(
        (at) =>
          `F/2.8, SS ${200 + at}.14, ISO 1${at}, EV 0, GPS (15.02${at}, 37.62${at}, 15), D ${at}.96m, H 5.${at}m, H.S 0.00m/s, V.S -0.0${at}m/s`,
      ),
    ),
    'speed.srt': srt(count(12).map((at) => `${40 + at} km/h heading north, altitude ${100 + at} metres`)),
    'sprite.vtt': vtt(count(9).map((at) => `images/sprite 1.jpg#xywh=${at * 160},0,160,90`)),
    'pictures.vtt': vtt(count(9).map((at) => `https://example.org/thumbs/${at}.webp?v=2`)),
    'json.vtt': vtt(
      count(9).map((at) => `{"event": "slide ${'abcdefghi'[at]}",\n"title": "The harbour at night"}`),
    ),
    'list.vtt': vtt(['["a", "b"]', '[{"id": 1}]', '{}']),
    'ads.vtt': vtt(count(6).map((at) => `ad-break-${at} SCTE35-OUT duration=${at}0`)),
  };
  for (const [name, text] of Object.entries(tracks)) assert.deepEqual(read(name, text), [], name);
});

test('given real speech that looks a little like data, when it is read, then it stays', () => {
  const tracks: Readonly<Record<string, readonly string[]>> = {
    numbers: [
      'The year was 1984.',
      '1984?',
      'Yes, 1984.',
      'We sold 40,000 copies at 3.50 each.',
      'Call 555-1234.',
    ],
    countdown: ['We go in five seconds now.', '5', '4', '3', '2', '1', 'Liftoff of the rocket.'],
    chorus: ['La la la', 'Oh yeah', 'La la la', 'Oh yeah', 'La la la', 'Oh yeah'],
    thai: ['สวัสดีครับ วันนี้อากาศดี', 'เราจะไปตลาดด้วยกัน', 'ขอบคุณมาก'],
    numbered: ['Line 1 of the poem.', 'Line 2 of the poem.', 'Line 3 of the poem.', 'Line 4 of the poem.'],
    recipe: ['Add 200 grams of flour.', 'Then 3 eggs.', 'Bake it at 180 degrees for 40 minutes.'],
  };
  for (const [name, texts] of Object.entries(tracks)) {
    const said = read(`${name}.srt`, srt(texts, 2000, 3000));
    assert.deepEqual(
      said.map(({ text, kind }) => [text, kind]),
      texts.map((text) => [text, 'speech']),
      name,
    );
  }
});

test('given names of sounds and chapters, when they are read, then they are descriptions and not speech', () => {
  const kinds = (name: string, text: string) => read(name, text).map(({ kind }) => kind);
  assert.deepEqual(kinds('a.srt', srt(['[Music]', '(applause)', '♪♪', '[rain] We are wet.'])), [
    'description',
    'description',
    'speech',
  ]);
  const chapters = ['Opening', 'The harbour', 'Questions'];
  assert.deepEqual(kinds('a.vtt', vtt(chapters, 60_000)), ['description', 'description', 'description']);
  assert.deepEqual(kinds('a.chapters.vtt', vtt(chapters)), ['description', 'description', 'description']);
});

test('given cues and the length of a video, when the speech is measured, then only words over the length count', () => {
  const covers = (texts: readonly string[], everyMs: number, lengthMs: number) =>
    runSteps(coversSpeech(read('a.srt', srt(texts, 2500, everyMs)), lengthMs));
  const line = 'We went down to the harbour.';
  assert.equal(covers([line], 1000, 40_000), false, 'one forced line');
  assert.equal(covers([line, line], 3000, 7_200_000), false, 'two lines of a film');
  assert.equal(
    covers(
      count(12).map(() => line),
      3000,
      40_000,
    ),
    true,
    'ordinary subtitles',
  );
  assert.equal(
    covers(
      count(20).map(() => line),
      30_000,
      600_000,
    ),
    true,
    'few words, all over the length',
  );
  assert.equal(
    covers(
      count(60).map(() => line),
      120_000,
      7_200_000,
    ),
    false,
    'forced lines all over a film',
  );
  assert.equal(
    covers(
      count(200).map(() => line),
      3000,
      1_800_000,
    ),
    true,
    'all of it in one part',
  );
  assert.equal(
    covers(
      count(20).map(() => '[Music]'),
      3000,
      60_000,
    ),
    false,
    'music alone',
  );
  assert.equal(
    covers(
      count(12).map(() => '今日は会議の資料を説明します'),
      3000,
      40_000,
    ),
    true,
    'no spaces',
  );
  assert.equal(
    covers(
      count(12).map(() => 'วันนี้เราจะไปตลาดด้วยกัน'),
      3000,
      40_000,
    ),
    true,
    'Thai',
  );
  assert.equal(covers([line], 1000, 4000), true, 'one line of a short clip');
  assert.equal(runSteps(coversSpeech([], 40_000)), false);
  const described: readonly Cue[] = count(20).map((at) => ({
    kind: 'description',
    text: line,
    startMs: at * 2000,
    endMs: at * 2000 + 1900,
  }));
  assert.equal(runSteps(coversSpeech(described, 40_000)), false, 'descriptions');
});

test('given a text, when its words are counted, then numbers, sounds and data are none', () => {
  assert.equal(countSpokenWords("Don't go, said Zoë - not now!"), 6);
  assert.equal(countSpokenWords('[Music] 12:30 4th https://example.org/a_b x_y=3'), 0);
  assert.equal(countSpokenWords('你好世界'), 2);
  assert.equal(countSpokenWords(`${'QUJD'.repeat(40)}`), 0);
});
