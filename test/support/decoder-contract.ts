import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Decoder, PassEvent, PassRequest, Picture } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import {
  type AudioCodec,
  type Canvas,
  fill,
  type MediaSpec,
  makeMedia,
  tone,
  type VideoCodec,
} from './make-media.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const BOX = { width: 160, height: 160 };

/** A tenth of a second is one number. */
const clock = (canvas: Canvas, timeMs: number) => drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** One picture, as `channels` of the pixel at a share of its width and height. */
function pixel(picture: Picture, x: number, y: number): readonly number[] {
  const at = (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)) * 3;
  return [...picture.data.subarray(at, at + 3)];
}

const isRed = ([r = 0, g = 0, b = 0]: readonly number[]) => r > 150 && g < 90 && b < 90;
const isBlue = ([r = 0, g = 0, b = 0]: readonly number[]) => b > 150 && g < 90 && r < 90;

interface Container {
  readonly ending: string;
  readonly video: VideoCodec;
  readonly audio?: AudioCodec;
  readonly codec: string;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  /** Times that this container or its fixture cannot tell better, ms. */
  readonly offMs?: number;
}

const CONTAINERS: readonly Container[] = [
  { ending: 'mp4', video: 'h264', audio: 'aac', codec: 'h264' },
  { ending: 'hevc.mp4', video: 'hevc', audio: 'aac', codec: 'hevc' },
  { ending: 'av1.mp4', video: 'av1', codec: 'av1' },
  { ending: 'mov', video: 'prores', audio: 'pcm', codec: 'prores' },
  { ending: 'mkv', video: 'hevc', audio: 'flac', codec: 'hevc' },
  { ending: 'webm', video: 'vp9', audio: 'opus', codec: 'vp9' },
  { ending: 'vp8.webm', video: 'vp8', audio: 'vorbis', codec: 'vp8' },
  { ending: 'avi', video: 'mpeg4', audio: 'mp3', codec: 'mpeg4', offMs: 100 },
  { ending: 'ts', video: 'h264', audio: 'aac', codec: 'h264' },
  { ending: 'mpeg2.ts', video: 'mpeg2', audio: 'mp3', codec: 'mpeg2video', fps: 25 },
  { ending: 'flv', video: 'flv1', audio: 'mp3', codec: 'flv1' },
  { ending: 'wmv', video: 'wmv2', audio: 'wma', codec: 'wmv2', offMs: 100 },
  { ending: 'ogv', video: 'theora', audio: 'vorbis', codec: 'theora', offMs: 100 },
  { ending: '3gp', video: 'h263', audio: 'aac', codec: 'h263', width: 352, height: 288 },
  { ending: 'gif', video: 'gif', codec: 'gif' },
];

/** Both decoders of real media pass these; `create` is called once. */
export function decoderContract(name: string, create: () => Decoder): void {
  const folder = tempFolder();
  const decoder = create();
  let count = 0;

  /** Renders a file of this suite; its ending chooses the container. */
  const render = async (spec: MediaSpec, ending: string): Promise<string> => {
    count += 1;
    const path = join(folder, `${count}.${ending}`);
    await makeMedia(path, spec);
    return pathToFileUri(path);
  };
  const probe = (uri: string) => decoder.probe(uri, never);
  const frames = (uri: string, times: readonly number[], box = BOX) =>
    all(decoder.frames(uri, times, box, never));
  const pass = (uri: string, request: PassRequest) => all(decoder.pass(uri, request, never));
  const videoOf = async (uri: string) => {
    const found = (await probe(uri)).streams.find(({ kind }) => kind === 'video');
    assert.ok(found, 'a video track');
    return found;
  };
  const ofKind = <K extends PassEvent['kind']>(events: readonly PassEvent[], kind: K) =>
    events.filter((event): event is Extract<PassEvent, { kind: K }> => event.kind === kind);

  for (const one of CONTAINERS) {
    test(`${name}: given ${one.ending} with ${one.video}, when probed and read, then length, frames and sound are right`, async () => {
      const { offMs = 30, width = 320, height = 180, fps = 10 } = one;
      const seconds = 4;
      const uri = await render(
        {
          seconds,
          video: { codec: one.video, width, height, fps, keyEvery: 15, draw: clock },
          audio: one.audio && {
            codec: one.audio,
            sampleRate: one.audio === 'opus' ? 48_000 : 44_100,
            sample: tone(440),
          },
        },
        one.ending,
      );
      const told = await probe(uri);
      const video = told.streams.find(({ kind }) => kind === 'video');
      assert.equal(told.container, one.ending.split('.').at(-1));
      assert.equal(video?.codec, one.codec);
      assert.ok(Math.abs(told.durationMs - seconds * 1000) <= 150, `duration ${told.durationMs}`);
      assert.ok(Math.abs((video?.framesPerSecond ?? 0) - fps) < 0.5, `rate ${video?.framesPerSecond}`);
      assert.equal(
        told.streams.some(({ kind }) => kind === 'audio'),
        one.audio !== undefined,
      );

      // In any order, between frames, and past the end.
      const times = [1250, 3050, 50, 2150, 1350, 99_000];
      for (const [at, picture] of (await frames(uri, times)).entries()) {
        const wanted = Math.min(times[at] ?? 0, seconds * 1000 - 1);
        const seen = readNumber(picture) * 100;
        assert.ok(seen <= wanted + offMs && seen > wanted - 100 - offMs, `at ${wanted} ms stood ${seen} ms`);
        assert.ok(Math.abs(picture.timeMs - seen) <= 100 + offMs, `${picture.timeMs} against ${seen}`);
      }

      const events = await pass(uri, {
        grey: true,
        audio: true,
        frames: { ...BOX, everyMs: 1000 },
        thumbnails: { ...BOX, everyMs: 2000 },
      });
      const grey = ofKind(events, 'grey');
      assert.ok(grey.length >= 15, `${grey.length} grey pictures`);
      for (const picture of grey) {
        assert.equal(picture.data.length, 64 * 36);
        if (picture.timeMs > (seconds - 0.2) * 1000) continue;
        const seen = readNumber(picture, 1) * 100;
        // Pictures left out stand for a few frames more.
        assert.ok(Math.abs(picture.timeMs - seen - 40) <= 200 + offMs, `grey ${seen} at ${picture.timeMs}`);
      }
      const pictures = ofKind(events, 'frame');
      assert.ok(pictures.length >= 4 && pictures.length <= 5, `${pictures.length} pictures`);
      const thumbnails = ofKind(events, 'thumbnail');
      assert.ok(thumbnails.length >= 2 && thumbnails.length <= 3, `${thumbnails.length} thumbnails`);
      for (const { jpeg } of thumbnails)
        assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
      const samples = ofKind(events, 'audio').reduce((sum, event) => sum + event.samples.length, 0);
      if (one.audio) assert.ok(Math.abs(samples / 16_000 - seconds) < 0.2, `${samples} samples`);
      else assert.equal(samples, 0);
    });
  }

  const SOUNDS: readonly (readonly [string, AudioCodec])[] = [
    ['mp3', 'mp3'],
    ['wav', 'pcm'],
    ['m4a', 'aac'],
    ['flac', 'flac'],
    ['ogg', 'vorbis'],
  ];
  for (const [ending, codec] of SOUNDS) {
    test(`${name}: given audio only in ${ending}, when probed and read, then a cover is no video track and the sound is in time`, async () => {
      const loud = (time: number) => (time > 1 && time < 2 ? 0.5 * Math.sin(time * 2000) : 0);
      const cover = ending === 'mp3' || ending === 'flac';
      const uri = await render({ seconds: 3, audio: { codec, channels: 2, sample: loud }, cover }, ending);
      const told = await probe(uri);
      assert.deepEqual(
        told.streams.map(({ kind }) => kind),
        ['audio'],
        'a cover is no video track',
      );
      assert.equal(told.streams[0]?.channels, 2);
      assert.ok(Math.abs(told.durationMs - 3000) < 100, `duration ${told.durationMs}`);
      assert.deepEqual(await frames(uri, [0]), []);
      const blocks = ofKind(await pass(uri, { grey: true, audio: true }), 'audio');
      for (const second of [0, 1, 2]) {
        let sum = 0;
        let heard = 0;
        for (const { timeMs, samples } of blocks) {
          for (const [at, sample] of samples.entries()) {
            const time = timeMs / 1000 + at / 16_000 - second;
            if (time < 0.1 || time > 0.9) continue;
            sum += sample * sample;
            heard += 1;
          }
        }
        const rms = Math.sqrt(sum / heard);
        assert.ok(second === 1 ? rms > 0.25 : rms < 0.01, `second ${second}: ${rms}`);
      }
    });
  }

  test(`${name}: given rotated video, when read, then its pictures are upright`, async () => {
    // Red is on the left as coded; a quarter turn clockwise brings it to the top.
    const draw = (canvas: Canvas) => {
      fill(canvas, [0, 0, 230]);
      fill(canvas, [230, 0, 0], 0, 0, canvas.width / 4);
    };
    const places: readonly (readonly [number, readonly [number, number], boolean])[] = [
      [90, [0.5, 0.1], true],
      [180, [0.9, 0.5], false],
      [270, [0.5, 0.9], true],
    ];
    for (const [rotation, [x, y], upright] of places) {
      const uri = await render({ seconds: 1, video: { rotation, draw } }, 'mp4');
      const { width, height } = await videoOf(uri);
      assert.deepEqual([width, height], upright ? [180, 320] : [320, 180]);
      const [picture] = await frames(uri, [500]);
      assert.ok(picture);
      assert.deepEqual([picture.width, picture.height], upright ? [90, 160] : [160, 90]);
      assert.ok(isRed(pixel(picture, x, y)), `${rotation}: red at ${pixel(picture, x, y)}`);
      assert.ok(isBlue(pixel(picture, 1 - x, 1 - y)), `${rotation}: blue opposite`);
      const [grey] = ofKind(await pass(uri, { grey: true }), 'grey');
      // Blue is the darker: the red end is brighter in grey too.
      const at = (u: number, v: number) => grey?.data[Math.floor(v * 36) * 64 + Math.floor(u * 64)] ?? 0;
      assert.ok(at(x, y) > at(1 - x, 1 - y) + 15, `${rotation}: grey ${at(x, y)} ${at(1 - x, 1 - y)}`);
    }
  });

  test(`${name}: given pixels that are not square, when read, then pictures have the display size`, async () => {
    const uri = await render(
      { seconds: 1, video: { width: 240, height: 180, pixel: [4, 3], draw: clock } },
      'mkv',
    );
    const { width, height } = await videoOf(uri);
    assert.deepEqual([width, height], [320, 180]);
    const [picture] = await frames(uri, [500]);
    assert.deepEqual([picture?.width, picture?.height], [160, 90]);
    assert.equal(picture && readNumber(picture), 5);
  });

  test(`${name}: given a box larger than the video, when read, then pictures are not enlarged`, async () => {
    const uri = await render({ seconds: 1, video: { width: 64, height: 48, draw: clock } }, 'mp4');
    const [picture] = await frames(uri, [0], { width: 1000, height: 1000 });
    assert.deepEqual([picture?.width, picture?.height], [64, 48]);
  });

  test(`${name}: given a variable frame rate, when read, then each time has its frame`, async () => {
    const timesMs = [0, 100, 1500, 1600, 2900];
    for (const ending of ['mp4', 'mkv']) {
      const uri = await render({ seconds: 3, video: { timesMs, draw: clock } }, ending);
      const seen = await frames(uri, [50, 1400, 1550, 2800, 2950]);
      assert.deepEqual(
        seen.map((picture) => readNumber(picture)),
        [0, 1, 15, 16, 29],
        ending,
      );
      const grey = ofKind(await pass(uri, { grey: true }), 'grey');
      for (const picture of grey) {
        const shown = timesMs.findLast((time) => time <= picture.timeMs + 5) ?? 0;
        assert.equal(readNumber(picture, 1) * 100, shown, `${ending} at ${picture.timeMs}`);
      }
    }
  });

  test(`${name}: given HDR video, when read, then it is tone-mapped to SDR`, async () => {
    // PQ code values of 203 nits (the white of ordinary pictures), of 20 nits, and of none.
    const draw = (canvas: Canvas) => {
      fill(canvas, [148, 148, 148]);
      fill(canvas, [90, 90, 90], canvas.width / 2);
      fill(canvas, [0, 0, 0], (canvas.width * 3) / 4);
    };
    const uri = await render({ seconds: 1, video: { codec: 'hevc', hdr: true, draw } }, 'mp4');
    const [picture] = await frames(uri, [0]);
    assert.ok(picture);
    const levels = [0.2, 0.6, 0.9].map((x) => pixel(picture, x, 0.5)[1] ?? 0);
    const [white = 0, grey = 0, black = 0] = levels;
    assert.ok(white > 190, `white ${levels}`);
    assert.ok(grey > 40 && grey < 130, `grey ${levels}`);
    assert.ok(black < 12, `black ${levels}`);
  });

  test(`${name}: given a clock that starts at 5 s, when read, then times start at 0`, async () => {
    for (const ending of ['mkv', 'ts', 'mp4']) {
      const uri = await render(
        {
          seconds: 3,
          startMs: 5000,
          video: { draw: clock, keyEvery: 10 },
          audio: { sample: tone(300) },
          subtitles:
            ending === 'mkv' ? [{ codec: 'srt', cues: [{ startMs: 1000, endMs: 2000, text: 'one' }] }] : [],
        },
        ending,
      );
      const told = await probe(uri);
      assert.ok(Math.abs(told.durationMs - 3000) < 150, `${ending} lasts ${told.durationMs}`);
      const [picture] = await frames(uri, [1550]);
      assert.equal(picture && readNumber(picture), 15, ending);
      const track = told.streams.find(({ kind }) => kind === 'subtitle');
      if (!track) continue;
      const [cue] = await decoder.subtitles(uri, track.index, never);
      assert.equal(cue?.text, 'one');
      // Sound may begin a little earlier than the pictures, and the file with it.
      assert.ok(Math.abs((cue?.startMs ?? 0) - 1000) < 30 && Math.abs((cue?.endMs ?? 0) - 2000) < 30);
    }
  });

  test(`${name}: given video without sound, when read, then there are pictures and no samples`, async () => {
    const uri = await render({ seconds: 2, video: { draw: clock } }, 'mp4');
    const events = await pass(uri, { grey: true, audio: true });
    assert.equal(ofKind(events, 'audio').length, 0);
    assert.ok(ofKind(events, 'grey').length > 5);
    assert.deepEqual(
      (await probe(uri)).streams.map(({ kind }) => kind),
      ['video'],
    );
  });

  test(`${name}: given subtitle tracks, when read, then they have cues, language and kind`, async () => {
    const cues = [
      { startMs: 500, endMs: 1500, text: 'Hello there, you' },
      { startMs: 2000, endMs: 2500, text: 'two\nlines', speaker: 'Ana' },
    ];
    const video = { draw: clock };
    const mp4 = await render(
      { seconds: 3, video, subtitles: [{ codec: 'mov_text', language: 'ger', cues }] },
      'mp4',
    );
    const mkv = await render(
      {
        seconds: 3,
        video,
        subtitles: [
          { codec: 'srt', language: 'eng', title: 'Full', cues },
          { codec: 'ass', cues },
        ],
      },
      'mkv',
    );
    const webm = await render(
      {
        seconds: 3,
        video: { codec: 'vp8', draw: clock },
        subtitles: [{ codec: 'webvtt', describes: true, cues }],
      },
      'webm',
    );
    const tracks: {
      codec: string;
      language?: string;
      title?: string;
      describes?: boolean;
      speakers: unknown[];
    }[] = [];
    for (const uri of [mp4, mkv, webm]) {
      for (const stream of (await probe(uri)).streams.filter(({ kind }) => kind === 'subtitle')) {
        assert.equal(stream.textual, true);
        const read = await decoder.subtitles(uri, stream.index, never);
        assert.deepEqual(
          read.map(({ startMs, endMs, text }) => ({ startMs, endMs, text })),
          cues.map(({ startMs, endMs, text }) => ({ startMs, endMs, text })),
          stream.codec,
        );
        const kind = stream.describes ? 'description' : 'speech';
        assert.ok(read.every((cue) => cue.kind === kind));
        const { codec, language, title, describes } = stream;
        tracks.push({ codec, language, title, describes, speakers: read.map(({ speaker }) => speaker) });
      }
    }
    const none = [undefined, undefined];
    assert.deepEqual(tracks, [
      { codec: 'mov_text', language: 'de', title: undefined, describes: false, speakers: none },
      { codec: 'subrip', language: 'en', title: 'Full', describes: false, speakers: none },
      { codec: 'ass', language: undefined, title: undefined, describes: false, speakers: [undefined, 'Ana'] },
      { codec: 'webvtt', language: undefined, title: undefined, describes: true, speakers: none },
    ]);
  });

  test(`${name}: given metadata and chapters, when probed, then title, date, device and chapters are read`, async () => {
    const uri = await render(
      {
        seconds: 3,
        video: { draw: clock },
        chapters: [
          { startMs: 0, title: 'Opening = "one"' },
          { startMs: 1500, title: 'Zweites Kapitel: Größe' },
        ],
        metadata: {
          title: 'A talk; on #things',
          creation_time: '2024-03-02T10:00:00Z',
          'com.apple.quicktime.make': 'Acme',
          'com.apple.quicktime.model': 'One',
        },
      },
      'mp4',
    );
    const { title, recorded, device, chapters } = await probe(uri);
    assert.equal(title, 'A talk; on #things');
    assert.equal(recorded, '2024-03-02T10:00:00Z');
    assert.equal(device, 'Acme One');
    assert.deepEqual(chapters, [
      { startMs: 0, endMs: 1500, title: 'Opening = "one"' },
      { startMs: 1500, endMs: 3000, title: 'Zweites Kapitel: Größe' },
    ]);
  });

  test(`${name}: given an aborted read, then it rejects with the reason`, async () => {
    const uri = await render({ seconds: 5, video: { draw: clock }, audio: { sample: tone(200) } }, 'mp4');
    const reason = new Error('enough');
    await assert.rejects(decoder.probe(uri, AbortSignal.abort(reason)), reason);
    const abort = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of decoder.pass(uri, { grey: true }, abort.signal)) abort.abort(reason);
    }, reason);
  });
}
