import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import {
  findContainerName,
  findDeviceTag,
  findLanguageTag,
  findRecordedTag,
  findTitleTag,
} from '../../server/src/adapters/libav/container-tags.ts';
import { parseAssEvents, parseTextCues } from '../../server/src/adapters/libav/cue-files.ts';
import {
  clampChapters,
  isCutShort,
  toFinalDuration,
  toMinDuration,
} from '../../server/src/adapters/libav/duration.ts';
import { parseDump, parseMetadata } from '../../server/src/adapters/libav/ffmpeg-dump.ts';
import { isContainer, isPlaylist } from '../../server/src/adapters/libav/media-file.ts';
import { parseDumpedChapters } from '../../server/src/adapters/libav/node-av-chapters.ts';
import { parsePacketCue, toClosedCues } from '../../server/src/adapters/libav/packet-cue.ts';

test('given date tags of containers, when read, then they are ISO 8601, and unset clocks are left out', () => {
  const cases: readonly (readonly [Record<string, string>, string | undefined])[] = [
    [{ creation_time: '2024-03-02T10:00:00.000000Z' }, '2024-03-02T10:00:00Z'],
    [{ creation_time: '2024-03-02 10:00:00' }, '2024-03-02T10:00:00'],
    [
      {
        creation_time: '2024-03-02T10:00:00Z',
        'com.apple.quicktime.creationdate': '2024-03-02T12:00:00+0200',
      },
      '2024-03-02T12:00:00+02:00',
    ],
    [{ DATE: '2023' }, '2023'],
    [{ date: '2023-07' }, '2023-07'],
    [{ date: '2023-07-09' }, '2023-07-09'],
    [{ creation_time: '1904-01-01T00:00:00Z', date: '2020' }, '2020'],
    [{ creation_time: '1970-01-01T00:00:00Z' }, undefined],
    [{ date: 'last summer' }, undefined],
    [{ date: '2023-19-01' }, undefined],
    [{ date: '20210914' }, '2021-09-14'],
    [{ date: '20211399' }, undefined],
  ];
  for (const [tags, wanted] of cases) assert.equal(findRecordedTag(tags), wanted, JSON.stringify(tags));
});

test('given tags of title, device and language, when read, then they are cleaned and normalised', () => {
  assert.equal(findTitleTag({ TITLE: ' A\n  talk\u0007 ' }), 'A talk');
  assert.equal(findTitleTag({ title: '' }), undefined);
  assert.equal(findTitleTag({ title: 'x'.repeat(900) })?.length, 500);
  assert.equal(findDeviceTag({ make: 'Acme', model: 'One' }), 'Acme One');
  assert.equal(findDeviceTag({ make: 'Acme', model: 'Acme One' }), 'Acme One');
  assert.equal(findDeviceTag({ make: 'Acme' }), 'Acme');
  for (const [text, wanted] of [
    ['eng', 'en'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['zh-Hans', 'zh-Hans'],
    ['pt_BR', 'pt-BR'],
    ['und', undefined],
    ['!?', undefined],
  ] as const) {
    assert.equal(findLanguageTag({ language: text }), wanted, text);
  }
});

test('given a demuxer that reads several formats, then the container is named by the file extension if that fits', () => {
  for (const [demuxer, name, wanted] of [
    ['mov,mp4,m4a,3gp,3g2,mj2', '/v/a.MOV', 'mov'],
    ['mov,mp4,m4a,3gp,3g2,mj2', '/v/a.mkv', 'mp4'],
    ['matroska,webm', 'a.webm', 'webm'],
    ['mpegts', 'noending', 'ts'],
    ['gif', 'a.gif', 'gif'],
  ] as const) {
    assert.equal(findContainerName(demuxer, name), wanted);
  }
});

test('given the first bytes of a file, then playlists and containers are recognised', () => {
  for (const text of [
    '#EXTM3U\n',
    '\ufeff#EXTM3U\n',
    '\n \t#EXTM3U',
    'ffconcat version 1.0\n',
    '[playlist]\nFile1=a',
    'v=0\no=-',
    '<?xml version="1.0"?>\n<!-- x --><MPD xmlns="a">',
    '<smil>',
    'http://example.org/a.ts',
    'RTSP://host/a',
  ]) {
    assert.equal(isPlaylist(Buffer.from(text)), true, text);
  }
  for (const text of [
    '1\n00:00:01,000 --> 00:00:02,000\nhttp://x',
    '<?xml version="1.0"?><svg/>',
    'hello',
    'vx=0',
  ]) {
    assert.equal(isPlaylist(Buffer.from(text)), false, text);
  }
  assert.equal(isContainer(Buffer.from('\0\0\0\x18ftypisom')), true);
  assert.equal(isContainer(Buffer.from('plain words')), false);
  assert.equal(isContainer(Buffer.alloc(4096)), true);
});

test('given the text that ffmpeg writes about its input, when parsed, then streams and tags are read, its output is not', () => {
  const dump = parseDump(`Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:/a, from 'b'.mp4':
  Metadata:
    title           : Talk: one
    creation_time   : 2024-03-02T10:00:00.000000Z
  Duration: 01:02:03.50, start: -0.023000, bitrate: 118 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt2020nc/bt2020/arib-std-b67), 1440x1080 [SAR 4:3 DAR 16:9], 12 kb/s, 29.97 fps, 29.97 tbr, 30k tbn (default)
    Metadata:
      handler_name    : VideoHandler
    Side data:
      displaymatrix: rotation of -90.00 degrees
  Stream #0:1(eng): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, 5.1(side), fltp, 96 kb/s (default)
  Stream #0:2(ger): Subtitle: mov_text (tx3g / 0x67337874), 0 kb/s (default) (descriptions)
    Metadata:
      title           : Beschreibung
  Stream #0:3: Video: mjpeg (Baseline), yuvj420p, 64x64, 90k tbr, 90k tbn (attached pic)
Output #0, ffmetadata, to 'pipe:':
  Stream #0:9: Video: forged, 1x1
`);
  assert.equal(dump.demuxer, 'mov,mp4,m4a,3gp,3g2,mj2');
  assert.equal(dump.durationMs, 3_723_500);
  assert.equal(dump.startUs, -23_000);
  assert.deepEqual(dump.tags, { title: 'Talk: one', creation_time: '2024-03-02T10:00:00.000000Z' });
  const [video, audio, text, cover, ...more] = dump.streams;
  assert.deepEqual(more, []);
  assert.deepEqual(
    [
      video?.codec,
      video?.width,
      video?.height,
      video?.pixelAspect,
      video?.rotationDegrees,
      video?.isHdr,
      video?.framesPerSecond,
    ],
    ['h264', 1440, 1080, 4 / 3, 90, true, 29.97],
  );
  assert.deepEqual([audio?.codec, audio?.sampleRate, audio?.channels], ['aac', 48_000, 6]);
  assert.deepEqual(
    [text?.kind, text?.codec, text?.isDescription, text?.tags],
    ['subtitle', 'mov_text', true, { title: 'Beschreibung', language: 'ger' }],
  );
  assert.equal(cover?.isCover, true);
  assert.equal(parseDump('a.mp4: Invalid data found when processing input').demuxer, '');
});

test('given ffmetadata, when parsed, then escapes are resolved, chapters read and tags of streams left out', () => {
  const { tags, chapters } = parseMetadata(
    ';FFMETADATA1\ntitle=A \\=\\; \\# \\\\ line\\\nbreak\n[STREAM]\ntitle=not this\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=One\n[CHAPTER]\nTIMEBASE=x\nSTART=1\nEND=2\n',
  );
  assert.deepEqual(tags, { title: 'A =; # \\ line\nbreak' });
  assert.deepEqual(chapters, [{ startMs: 0, endMs: 1500, title: 'One' }]);
});

test("given chapters in ffmpeg's text, when parsed, then they are clamped to the video", () => {
  const chapters = parseDumpedChapters([
    '  Metadata:',
    '    title           : ',
    'of the file',
    '',
    '  Chapters:',
    '    Chapter #0:0: ',
    'start 5.000000, ',
    'end 6.500000',
    '      Metadata:',
    '        title           : ',
    'One: ',
    'more',
    '',
    '    Chapter #0:1: ',
    'start 6.500000, ',
    'end 99.000000',
    '  Stream #0',
    '    Chapter #0:2: ',
    'start 1.0, ',
    'end 2.0',
  ]);
  assert.deepEqual(chapters, [
    { startMs: 5000, endMs: 6500, title: 'One: more' },
    { startMs: 6500, endMs: 99_000, title: '' },
  ]);
  assert.deepEqual(clampChapters(chapters, 5_000_000, 3000), [
    { startMs: 0, endMs: 1500, title: 'One: more' },
    { startMs: 1500, endMs: 3000, title: '' },
  ]);
});

test('given packets of text codecs, when parsed, then they have text and speaker', () => {
  assert.deepEqual(parsePacketCue('mov_text', Buffer.from('\0\x05helloBOXES')), { text: 'hello' });
  assert.deepEqual(parsePacketCue('mov_text', Buffer.alloc(0)), { text: '' });
  assert.deepEqual(parsePacketCue('subrip', Buffer.from('<i>a</i>\0')), { text: '<i>a</i>' });
  assert.deepEqual(parsePacketCue('ass', Buffer.from('3,0,Default,Ana,0,0,0,,Well, yes\\Nno')), {
    text: 'Well, yes\nno',
    speaker: 'Ana',
  });
});

test('given SubRip, WebVTT and ASS as ffmpeg writes them, when parsed, then cues have times and text', () => {
  assert.deepEqual(
    parseTextCues(
      '1\r\n00:00:00,500 --> 00:00:01,500\r\nHello\r\nyou\r\n\r\n2\r\n01:00:02,000 --> 01:00:03,000\r\nx\r\n',
    ),
    [
      { startMs: 500, endMs: 1500, text: 'Hello\nyou' },
      { startMs: 3_602_000, endMs: 3_603_000, text: 'x' },
    ],
  );
  assert.deepEqual(parseTextCues('WEBVTT\n\n00:00.500 --> 00:01.500 line:0\n<v Ana>Hello\n'), [
    { startMs: 500, endMs: 1500, text: '<v Ana>Hello' },
  ]);
  assert.deepEqual(parseAssEvents('[Events]\nDialogue: 0,0:00:00.50,0:00:01.50,Default,Ana,0,0,0,,a, b\n'), [
    { startMs: 500, endMs: 1500, text: 'a, b', speaker: 'Ana' },
  ]);
});

test('given cues without an end or out of order, then they are sorted and each ends', () => {
  const kind = 'speech';
  assert.deepEqual(
    toClosedCues([
      { startMs: 3000, endMs: 3000, text: 'c', kind },
      { startMs: 1000, endMs: 1000, text: 'a', kind },
      { startMs: 2000, endMs: 2500, text: 'b', kind },
    ]).map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [1000, 2000],
      [2000, 2500],
      [3000, 13_000],
    ],
  );
});

test('given a length read and one from the header, then a truncated file is told from a rounded header', () => {
  assert.equal(isCutShort(9000, 10_000), false);
  assert.equal(isCutShort(6000, 10_000), true);
  assert.equal(isCutShort(580_000, 600_000), false);
  assert.equal(isCutShort(500_000, 600_000), true);
  assert.equal(toMinDuration(8000, 'matroska,webm', 5_000_000), 3000);
  assert.equal(toMinDuration(8000, 'mpegts', 5_000_000), 8000);
  assert.equal(toFinalDuration(3000, 3021.4), 3000);
  assert.equal(toFinalDuration(8000, 3021.4), 3021);
  assert.equal(toFinalDuration(undefined, 3021.4), 3021);
});
