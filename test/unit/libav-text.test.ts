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
import { parseFfprobeOutput } from '../../server/src/adapters/libav/ffprobe-output.ts';
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

test("given ffprobe's JSON, when parsed, then tracks, tags and chapters are read, and a guessed duration is not", () => {
  const output = {
    streams: [
      {
        index: 0,
        codec_name: 'h264',
        codec_type: 'video',
        width: 1440,
        height: 1080,
        sample_aspect_ratio: '4:3',
        pix_fmt: 'yuv420p',
        color_transfer: 'arib-std-b67',
        avg_frame_rate: '30000/1001',
        r_frame_rate: '60/1',
        disposition: { default: 1 },
        side_data_list: [{ side_data_type: 'Content light level' }, { rotation: -90 }],
      },
      { index: 1, codec_name: 'aac', codec_type: 'audio', sample_rate: '48000', channels: 6 },
      {
        index: 2,
        codec_name: 'mov_text',
        codec_type: 'subtitle',
        disposition: { descriptions: 1, forced: 0 },
        tags: { title: 'Beschreibung\nzwei', language: 'ger' },
      },
      {
        index: 3,
        codec_name: 'mjpeg',
        codec_type: 'video',
        pix_fmt: 'gray',
        disposition: { attached_pic: 1 },
      },
      { index: 4, codec_type: 'data', avg_frame_rate: '0/0', r_frame_rate: '25/1' },
    ],
    chapters: [
      { start_time: '0.000000', end_time: '1.500000', tags: { title: 'One' } },
      { start_time: '1.500000' },
    ],
    format: {
      format_name: 'mov,mp4,m4a,3gp,3g2,mj2',
      start_time: '-0.023000',
      duration: '3723.504000',
      tags: { title: 'Talk: one' },
    },
  };
  const format = parseFfprobeOutput(JSON.stringify(output), '');
  assert.equal(format.demuxer, 'mov,mp4,m4a,3gp,3g2,mj2');
  assert.equal(format.durationMs, 3_723_504);
  assert.equal(format.startUs, -23_000);
  assert.deepEqual(format.tags, { title: 'Talk: one' });
  assert.deepEqual(format.chapters, [{ startMs: 0, endMs: 1500, title: 'One' }]);
  const [video, audio, text, cover, data] = format.streams;
  assert.deepEqual(
    [video?.codec, video?.width, video?.height, video?.pixelAspect, video?.rotationDegrees, video?.isHdr],
    ['h264', 1440, 1080, 4 / 3, 90, true],
  );
  assert.deepEqual([video?.framesPerSecond, video?.isPlanar, video?.isDefault], [30_000 / 1001, true, true]);
  assert.deepEqual([audio?.codec, audio?.sampleRate, audio?.channels], ['aac', 48_000, 6]);
  assert.deepEqual(
    [text?.kind, text?.codec, text?.isDescription, text?.isSpecial, text?.tags],
    ['subtitle', 'mov_text', true, true, { title: 'Beschreibung\nzwei', language: 'ger' }],
  );
  assert.deepEqual([cover?.isCover, cover?.isPlanar, cover?.width, cover?.pixelAspect], [true, false, 0, 1]);
  assert.deepEqual([data?.kind, data?.codec, data?.framesPerSecond], ['other', 'unknown', 25]);
  const guessed = parseFfprobeOutput(JSON.stringify(output), 'Estimating duration from bitrate, this may be');
  assert.equal(guessed.durationMs, undefined);
  for (const nothing of ['', '{}']) assert.equal(parseFfprobeOutput(nothing, 'Invalid data').demuxer, '');
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
