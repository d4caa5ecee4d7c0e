import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Converter } from '../../server/src/ports/converter.ts';
import type { Decoder, Picture } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import { type Canvas, fill, makeMedia, tone } from './make-media.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const BOX = { width: 720, height: 720 };
const SECONDS = 4;
/** Small, so that encoding takes little; tape.dv and tape.avi are as large as the format wants them. */
const SIZE = { width: 240, height: 144 };
/** How late the last of three joined files may be: each is a little longer than asked for. */
const JOINED_OFF_MS = 400;

/** A tenth of a second is one number; above it a white bar moves with every field. */
function draw(canvas: Canvas, timeMs: number): void {
  drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));
  fill(canvas, [16, 16, 16], 0, 0, canvas.width, canvas.height / 4);
  const left = ((timeMs / 20) * (canvas.width / 24)) % canvas.width;
  fill(canvas, [235, 235, 235], left, 0, canvas.width / 8, canvas.height / 4);
}

/** How much neighbouring rows differ where the bar moves: near 0 in a whole picture, large if it is combed. */
function combing({ width, height, data }: Picture): number {
  let sum = 0;
  let count = 0;
  for (let y = 8; y < height / 4 - 10; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      sum += Math.abs((data[at] ?? 0) - (data[at + width * 3] ?? 0));
      count += 1;
    }
  }
  return sum / count;
}

/** Was this number drawn about then? Two fields may show two numbers, one over the other. */
function isNear(seen: number, timeMs: number, offMs: number): boolean {
  const first = Math.max(0, Math.floor((timeMs - offMs) / 100));
  const last = Math.floor((timeMs + offMs) / 100);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n).some((number) =>
    [number, number | (number + 1), number & (number + 1)].includes(seen),
  );
}

const TFF = 'fps=50,tinterlace=interleave_top,setfield=tff';
const BFF = 'fps=50,tinterlace=interleave_bottom,setfield=bff';
const CODED = ['-flags', '+ilme+ildct'];
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', ...CODED];
const MPEG2 = ['-c:v', 'mpeg2video', '-b:v', '6M', ...CODED, '-c:a', 'mp2'];

/** Interlaced video as camcorders, DVDs and television make it, by the name of the file. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'tff.mts': ['-vf', TFF, ...X264, '-x264-params', 'tff=1', '-f', 'mpegts'],
  'bff.mp4': ['-vf', BFF, ...X264, '-x264-params', 'bff=1'],
  '422.mkv': ['-vf', TFF, ...X264, '-pix_fmt', 'yuv422p', '-x264-params', 'tff=1'],
  '10 bit.mkv': ['-vf', `${TFF},format=yuv420p10le`, ...X264, '-x264-params', 'tff=1'],
  'mpeg2.mpg': ['-vf', TFF, ...MPEG2],
  'dvd.vob': ['-vf', BFF, ...MPEG2, '-f', 'vob'],
  'hdv.m2t': ['-vf', TFF, ...MPEG2, '-pix_fmt', 'yuv422p', '-f', 'mpegts'],
  'tape.dv': ['-vf', `${BFF},scale=720:576:interl=1`, '-r', '25', '-pix_fmt', 'yuv420p', '-ar', '48000'],
  'tape.avi': ['-vf', `${BFF},scale=720:576:interl=1`, '-r', '25', '-pix_fmt', 'yuv420p', '-c:v', 'dvvideo'],
  'prores.mov': ['-vf', TFF, '-c:v', 'prores_ks', ...CODED],
  'telecine.mpg': ['-vf', 'fps=24000/1001,telecine', ...MPEG2],
};

/** What both backends do with interlaced video; `create` is called once. */
export function interlacedContract(name: string, create: () => Decoder & Converter): void {
  const folder = tempFolder();
  const decoder = create();
  const path = (file: string) => join(folder, file);

  before(async () => {
    await makeMedia(path('base.mkv'), {
      seconds: SECONDS,
      video: { ...SIZE, fps: 50, draw },
      audio: { channels: 2, sample: tone(440) },
    });
  });
  const make = (file: string, options: readonly string[]): string => {
    if (!existsSync(path(file))) runFfmpeg('-i', path('base.mkv'), ...options, path(file));
    return pathToFileUri(path(file));
  };
  const pictures = async (uri: string, times: readonly number[]) => {
    const list: Picture[] = [];
    for await (const picture of decoder.frames(uri, times, BOX, never)) list.push(picture);
    return list;
  };
  /** Every picture is whole and stands at its time. */
  const checkPictures = async (uri: string, times: readonly number[], startMs = 0, offMs = 150) => {
    for (const [at, picture] of (await pictures(uri, times)).entries()) {
      const wanted = Math.min(times[at] ?? 0, SECONDS * 1000 - startMs - 1) + startMs;
      const seen = readNumber(picture);
      assert.ok(isNear(seen, wanted, offMs), `at ${wanted} ms stood ${seen}`);
      assert.ok(combing(picture) < 4, `at ${wanted} ms combed by ${combing(picture)}`);
    }
  };

  for (const [file, options] of Object.entries(FILES)) {
    test(`${name}: given ${file}, when pictures are read, then they are whole and in time`, async () => {
      const uri = make(file, options);
      const { durationMs, streams } = await decoder.probe(uri, never);
      assert.ok(Math.abs(durationMs - SECONDS * 1000) <= 200, `duration ${durationMs}`);
      assert.ok(streams.some(({ kind }) => kind === 'video'));
      // The first, neighbours, backwards, the last.
      await checkPictures(uri, [0, 1100, 1140, 1180, 2500, 700, 99_000]);
      await checkPictures(uri, [3010]);
    });

    test(`${name}: given ${file}, when it is measured, then grey pictures and colours come in time`, async () => {
      const uri = make(file, options);
      let greys = 0;
      let frames = 0;
      const request = { grey: true, frames: { width: 64, height: 64, everyMs: 1000 }, audio: true };
      for await (const event of decoder.pass(uri, request, never)) {
        if (event.kind === 'frame') frames += 1;
        if (event.kind !== 'grey') continue;
        greys += 1;
        if (event.timeMs > SECONDS * 1000 - 300) continue;
        const seen = readNumber(event, 1);
        assert.ok(isNear(seen, event.timeMs, 260), `grey ${seen} at ${event.timeMs}`);
      }
      assert.ok(greys >= 15, `${greys} grey pictures`);
      assert.ok(frames >= 4, `${frames} pictures`);
    });
  }

  test(`${name}: given a stream that turns interlaced and back, when pictures are read, then all are whole`, async () => {
    const half = ['-g', '25', '-c:a', 'aac', '-f', 'mpegts'];
    make('1.ts', ['-t', '1', '-vf', 'fps=25', '-c:v', 'libx264', ...half]);
    make('2.ts', ['-ss', '1', '-t', '2', '-vf', TFF, ...X264, '-x264-params', 'tff=1', ...half]);
    make('3.ts', ['-ss', '3', '-vf', 'fps=25', '-c:v', 'libx264', ...half]);
    writeFileSync(path('list'), ['1.ts', '2.ts', '3.ts'].map((file) => `file ${file}\n`).join(''));
    for (const file of ['turning.ts', 'turning.mkv']) {
      runFfmpeg('-f', 'concat', '-i', path('list'), '-c', 'copy', path(file));
      await checkPictures(pathToFileUri(path(file)), [500, 900, 1500, 2500, 3500], 0, JOINED_OFF_MS);
      const uri = await converted(pathToFileUri(path(file)), 0);
      await checkPictures(uri, [500, 900, 1500, 2500, 3500], 0, JOINED_OFF_MS);
    }
  });

  const converted = async (uri: string, startMs: number): Promise<string> => {
    const parts: Uint8Array[] = [];
    const request = { startMs, container: 'mp4', video: 'h264', audio: 'mp3', box: BOX } as const;
    for await (const bytes of decoder.convert(uri, request, never)) parts.push(bytes);
    writeFileSync(path('converted.mp4'), Buffer.concat(parts));
    return pathToFileUri(path('converted.mp4'));
  };

  for (const file of ['tff.mts', 'bff.mp4', 'dvd.vob', 'tape.dv', 'prores.mov'] as const) {
    test(`${name}: given ${file}, when it is converted or cut, then its pictures are whole`, async () => {
      const uri = make(file, FILES[file] ?? []);
      await checkPictures(await converted(uri, 0), [0, 1100, 1140, 2500]);
      await checkPictures(await converted(uri, 1500), [0, 500, 540, 1500], 1500);
      const pieces = [{ uri, startMs: 1500, endMs: 3000 }];
      const out = path('cut.mp4');
      const request = { pieces, how: 'exact', path: out, size: SIZE, audio: true } as const;
      await decoder.cut(request, () => undefined, never);
      await checkPictures(pathToFileUri(out), [0, 500, 540, 1400], 1500);
    });
  }
}
