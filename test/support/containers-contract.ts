import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { MediaFailureError, type MediaFailureKind } from '../../server/src/core/errors/media-failure.ts';
import type { Converter } from '../../server/src/ports/converter.ts';
import type { Decoder, PassEvent } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import { type Canvas, makeMedia, tone } from './make-media.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const BOX = { width: 160, height: 160 };
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '30'];

/** A tenth of a second is one number. */
const clock = (canvas: Canvas, timeMs: number) => drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));

const isFailure = (kind: MediaFailureKind) => (error: unknown) =>
  error instanceof MediaFailureError && error.failure.kind === kind;

/** What both backends make of containers that do not say all, or not the truth; `create` is called once. */
export function containersContract(name: string, create: () => Decoder & Converter): void {
  const folder = tempFolder();
  const decoder = create();
  const path = (file: string) => join(folder, file);
  const base = path('base.mkv');

  before(async () => {
    const video = { width: 192, height: 108, fps: 30, keyEvery: 30, draw: clock };
    await makeMedia(base, { seconds: 6, video, audio: { sample: tone(440) } });
  });
  const make = (file: string, ...options: readonly string[]): string => {
    runFfmpeg(...options, path(file));
    return pathToFileUri(path(file));
  };
  const probe = (uri: string) => decoder.probe(uri, never);
  const numbersAt = async (uri: string, times: readonly number[]): Promise<readonly number[]> => {
    const numbers: number[] = [];
    for await (const picture of decoder.frames(uri, times, BOX, never)) numbers.push(readNumber(picture));
    return numbers;
  };
  const pass = async (uri: string): Promise<readonly PassEvent[]> => {
    const events: PassEvent[] = [];
    for await (const event of decoder.pass(uri, { grey: true, audio: true }, never)) events.push(event);
    return events;
  };
  /** Grey pictures stand at the times at which they were drawn. */
  const checkGrey = (events: readonly PassEvent[], untilMs: number) => {
    const greys = events.flatMap((event) => (event.kind === 'grey' ? [event] : []));
    assert.ok(greys.length > untilMs / 250, `${greys.length} grey pictures`);
    for (const grey of greys) {
      if (grey.timeMs > untilMs - 300) continue;
      const seen = readNumber(grey, 1) * 100;
      assert.ok(Math.abs(grey.timeMs - seen - 50) <= 200, `grey ${seen} at ${grey.timeMs}`);
    }
  };
  /** Pictures at these times show their tenth of a second, give or take one. */
  const checkNumbers = async (uri: string, times: readonly number[]) => {
    const numbers = await numbersAt(uri, times);
    for (const [at, time] of times.entries())
      assert.ok(Math.abs((numbers[at] ?? -9) - Math.floor(time / 100)) <= 1, `${numbers} at ${times}`);
  };

  for (const codec of ['libx264', 'libx265']) {
    test(`${name}: given ${codec} without a container, when it is read, then frames are counted`, async () => {
      const encoded = codec === 'libx264' ? X264 : ['-c:v', codec, '-preset', 'ultrafast', '-g', '30'];
      const ending = codec === 'libx264' ? 'h264' : 'hevc';
      const uri = make(`raw.${ending}`, '-i', base, '-an', ...encoded);
      const { durationMs, streams } = await probe(uri);
      assert.ok(Math.abs(durationMs - 6000) <= 100, `duration ${durationMs}`);
      assert.equal(Math.round(streams[0]?.framesPerSecond ?? 0), 30);
      await checkNumbers(uri, [0, 2050, 4050, 1050, 5950]);
      checkGrey(await pass(uri), 6000);
      const parts: Uint8Array[] = [];
      const request = { startMs: 3000, container: 'mp4', video: 'h264', audio: 'none', box: BOX } as const;
      for await (const bytes of decoder.convert(uri, request, never)) parts.push(bytes);
      writeFileSync(path('converted.mp4'), Buffer.concat(parts));
      const numbers = await numbersAt(pathToFileUri(path('converted.mp4')), [50, 1050]);
      assert.ok(Math.abs((numbers[0] ?? 0) - 30) <= 1 && Math.abs((numbers[1] ?? 0) - 40) <= 1, `${numbers}`);
    });
  }

  for (const [ending, ...options] of [
    ['mp3', '-c:a', 'libmp3lame', '-q:a', '4', '-write_xing', '0'],
    ['aac', '-c:a', 'aac', '-f', 'adts'],
    ['mp2', '-c:a', 'mp2'],
  ] as const) {
    test(`${name}: given .${ending} that begins silent and states no length, when it is read, then it is whole`, async () => {
      const noise = "aevalsrc='if(lt(t,20),0,0.5*sin(2764*t)+0.2*random(0))':d=60:s=44100";
      const uri = make(`guessed.${ending}`, '-f', 'lavfi', '-i', noise, ...options);
      const { durationMs } = await probe(uri);
      assert.ok(Math.abs(durationMs - 60_000) <= 200, `duration ${durationMs}`);
      const heard = (await pass(uri)).reduce(
        (sum, event) => sum + (event.kind === 'audio' ? event.samples.length : 0),
        0,
      );
      assert.ok(Math.abs(heard / 16_000 - 60) < 0.5, `${heard} samples`);
    });
  }

  test(`${name}: given an mp3 that states its length, when its end is missing, then it is cut short`, async () => {
    make('stated.mp3', '-f', 'lavfi', '-i', 'sine=d=60', '-q:a', '4');
    const bytes = readFileSync(path('stated.mp3'));
    writeFileSync(path('lost.mp3'), bytes.subarray(0, bytes.length / 2));
    await assert.rejects(probe(pathToFileUri(path('lost.mp3'))), isFailure('truncated'));
  });

  test(`${name}: given a track that lasts longer than picture and sound, then those give the length`, async () => {
    writeFileSync(
      path('long.srt'),
      '1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:50,000 --> 00:00:59,000\ntwo\n',
    );
    for (const [ending, codec] of [
      ['mp4', 'mov_text'],
      ['mkv', 'srt'],
    ] as const) {
      const inputs = ['-i', base, '-i', path('long.srt'), '-map', '0', '-map', '1'];
      const uri = make(`telemetry.${ending}`, ...inputs, '-c:v', 'copy', '-c:a', 'aac', '-c:s', codec);
      const { durationMs } = await probe(uri);
      assert.ok(Math.abs(durationMs - 6000) <= 150, `.${ending} lasts ${durationMs}`);
      checkGrey(await pass(uri), 6000);
      await checkNumbers(
        uri,
        [3050, 58_000].map((time) => Math.min(time, 5950)),
      );
    }
  });

  const TONES = ['-i', base, '-f', 'lavfi', '-i', 'sine=200:d=6', '-f', 'lavfi', '-i', 'sine=900:d=6'];
  const MAPS = ['-map', '0:v', '-map', '1:a', '-map', '2:a', '-c:v', 'copy', '-c:a', 'aac'];
  /** Hz of the sound that is read, by its changes of sign. */
  const hertz = async (uri: string) => {
    let samples = 0;
    let turns = 0;
    let last = 0;
    for (const event of await pass(uri)) {
      if (event.kind !== 'audio') continue;
      for (const sample of event.samples) {
        if (sample < 0 !== last < 0) turns += 1;
        last = sample;
      }
      samples += event.samples.length;
    }
    return (turns * 16_000) / samples / 2;
  };
  for (const [what, wanted, ...options] of [
    [
      'the second is flagged default and smaller',
      900,
      '-ac:a:0',
      '2',
      '-disposition:a:0',
      '0',
      '-disposition:a:1',
      'default',
    ],
    [
      'the first is a commentary with more channels',
      900,
      '-ac:a:0',
      '6',
      '-disposition:a:0',
      'comment',
      '-disposition:a:1',
      '0',
    ],
    ['the first is for impaired sight', 900, '-disposition:a:0', 'visual_impaired', '-disposition:a:1', '0'],
    [
      'the first is titled a commentary',
      900,
      '-metadata:s:a:0',
      "title=Director's Commentary",
      '-disposition:a',
      '0',
    ],
    ['nothing is flagged and the second is larger', 900, '-ac:a:1', '2', '-disposition:a', '0'],
    ['both are alike', 200, '-disposition:a', '0'],
  ] as const) {
    test(`${name}: given two tracks of sound of which ${what}, then it is read as players choose`, async () => {
      const uri = make('two.mkv', ...TONES, ...MAPS, ...options);
      assert.ok(Math.abs((await hertz(uri)) - wanted) < 20, `${await hertz(uri)} Hz`);
      const sounds = (await probe(uri)).streams.filter(({ kind }) => kind === 'audio');
      assert.deepEqual(
        sounds.map(({ chosen }) => chosen === true),
        [wanted === 200, wanted === 900],
      );
    });
  }

  for (const ending of ['mp4', 'mkv', 'mov']) {
    test(`${name}: given a .${ending} with a large poster as its first or second picture, then the film is read`, async () => {
      const inputs = ['-f', 'lavfi', '-i', 'color=red:s=1280x720:r=25:d=0.04', '-i', base];
      for (const place of ['0', '1']) {
        const maps = place === '0' ? ['-map', '0:v', '-map', '1:v'] : ['-map', '1:v', '-map', '0:v'];
        const coded = [
          `-c:v:${place}`,
          'mjpeg',
          `-c:v:${1 - Number(place)}`,
          'copy',
          '-map',
          '1:a',
          '-c:a',
          'aac',
        ];
        const uri = make(
          `poster${place}.${ending}`,
          ...inputs,
          ...maps,
          ...coded,
          '-disposition:v',
          'default',
        );
        await checkNumbers(uri, [1050, 4050]);
        const { durationMs, streams } = await probe(uri);
        assert.ok(Math.abs(durationMs - 6000) <= 150, `${durationMs}`);
        const codec = streams.find(({ kind, chosen }) => kind === 'video' && chosen)?.codec;
        assert.equal(codec, 'h264');
      }
    });
  }

  test(`${name}: given an encrypted mp4, when it is measured, then the failure says so`, async () => {
    const key = ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb'];
    const kid = ['-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'];
    const cenc = ['-encryption_scheme', 'cenc-aes-ctr', ...key, ...kid];
    const uri = make('encrypted.mp4', '-i', base, ...X264, '-c:a', 'aac', ...cenc);
    await assert.rejects(pass(uri), (error: unknown) => {
      assert.ok(error instanceof MediaFailureError, String(error));
      assert.match(error.failure.reason, /encrypted/);
      return true;
    });
  });

  const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'];
  for (const [ending, ...codecs] of [
    ['webm', ...VP9],
    ['mp4', ...X264, '-c:a', 'aac'],
  ] as const) {
    test(`${name}: given a .${ending} whose clock starts at 60 s, when it is indexed and played, then both count from zero`, async () => {
      const uri = make(`late.${ending}`, '-i', base, ...codecs, '-output_ts_offset', '60');
      const { durationMs, startMs } = await probe(uri);
      assert.ok(Math.abs(durationMs - 6000) <= 150, `duration ${durationMs}`);
      assert.ok(Math.abs((startMs ?? 0) - 60_000) <= 100, `starts at ${startMs}`);
      await checkNumbers(uri, [50, 2050, 5050]);
      checkGrey(await pass(uri), 6000);
      const parts: Uint8Array[] = [];
      const request = { startMs: 0, container: 'mp4', video: 'copy', audio: 'copy', box: BOX } as const;
      for await (const bytes of decoder.convert(uri, request, never)) parts.push(bytes);
      writeFileSync(path('played.mp4'), Buffer.concat(parts));
      const played = pathToFileUri(path('played.mp4'));
      assert.ok(Math.abs((await probe(played)).startMs ?? 0) <= 100);
      await checkNumbers(played, [50, 2050, 5050]);
    });
  }
}
