import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import type { Converter, CutRequest, StreamRequest } from '../../server/src/ports/converter.ts';
import type { Decoder } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import { type Canvas, fill, type MediaSpec, makeMedia, tone } from './make-media.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const BOX = { width: 160, height: 160 };
const SMALL = { width: 192, height: 108 };
/** A frame of the fixtures, ms. */
const FRAME = 100;

/** A tenth of a second is one number. */
const clock = (canvas: Canvas, timeMs: number) => drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));
/** Odd seconds are heard. */
const beat = (time: number) => (Math.floor(time) % 2 === 1 ? tone(440)(time) : 0);

const stream: StreamRequest = { startMs: 7300, container: 'mp4', video: 'copy', audio: 'mp3', box: BOX };

/** Everything that converts real media passes these; `create` is called once. */
export function converterContract(name: string, create: () => Decoder & Converter): void {
  const folder = tempFolder();
  const media = create();
  let count = 0;

  const render = async (spec: Partial<MediaSpec>, ending = 'mp4'): Promise<string> => {
    count += 1;
    const path = join(folder, `${count}.${ending}`);
    await makeMedia(path, { seconds: 20, ...spec });
    return pathToFileUri(path);
  };
  let rendered: Promise<string> | undefined;
  /** The talk of most tests, which none of them changes. */
  const talk = () => {
    rendered ??= render({ video: { ...SMALL, draw: clock, keyEvery: 50 }, audio: { sample: beat } });
    return rendered;
  };

  /** The whole stream as a file, and how it came. */
  const converted = async (uri: string, request: StreamRequest) => {
    count += 1;
    const path = join(folder, `${count}.${request.container}`);
    const parts: Uint8Array[] = [];
    for await (const bytes of media.convert(uri, request, never)) parts.push(bytes);
    writeFileSync(path, Buffer.concat(parts));
    return pathToFileUri(path);
  };
  const codecs = async (uri: string) =>
    (await media.probe(uri, never)).streams.map(({ kind, codec }) => `${kind} ${codec}`);
  const numbersAt = async (uri: string, timesMs: readonly number[]) => {
    const numbers: number[] = [];
    for await (const picture of media.frames(uri, timesMs, { width: 320, height: 320 }, never))
      numbers.push(readNumber(picture));
    return numbers;
  };
  /** The loudest sample from each time on, over 200 ms. */
  const loudAt = async (uri: string, timesMs: readonly number[]) => {
    const loud = timesMs.map(() => 0);
    for await (const event of media.pass(uri, { audio: true }, never)) {
      if (event.kind !== 'audio') continue;
      for (const [n, sample] of event.samples.entries()) {
        const at = event.timeMs + n / 16;
        for (const [index, from] of timesMs.entries())
          if (at >= from && at < from + 200) loud[index] = Math.max(loud[index] ?? 0, Math.abs(sample));
      }
    }
    return loud.map((peak) => peak > 0.2);
  };

  test(`${name}: given copied video and mp3, when streamed from a time, then playback starts there, after pre-roll for the decoder`, async () => {
    const out = await converted(await talk(), stream);
    assert.deepEqual(await codecs(out), ['video h264', 'audio mp3']);
    // From the key frame at 5 s on; the time asked for is 2.3 s later, and 0 in the player's count.
    const { durationMs } = await media.probe(out, never);
    assert.ok(Math.abs(durationMs - 15_000) <= FRAME, `${durationMs}`);
    assert.deepEqual(await numbersAt(out, [0, 2300, 5000]), [50, 73, 100]);
    // Sound begins where the pictures are shown: 7.3 s is heard, 8.1 s is not, 9.1 s is.
    assert.deepEqual(await loudAt(out, [2350, 3100, 4100]), [true, false, true]);
    assert.deepEqual(await loudAt(out, [0, 1900]), [false, false]);
  });

  test(`${name}: given a copy from the start, when streamed, then it has every frame and all sound`, async () => {
    const out = await converted(await talk(), { ...stream, startMs: 0, audio: 'copy' });
    assert.deepEqual(await codecs(out), ['video h264', 'audio aac']);
    assert.deepEqual(await numbersAt(out, [0, 19_900]), [0, 199]);
    assert.deepEqual(await loudAt(out, [500, 1500, 18_500, 19_500]), [false, true, false, true]);
  });

  test(`${name}: given a codec that players lack, when streamed, then it is re-encoded from the frame and scaled to fit`, async () => {
    const spec = { video: { ...SMALL, codec: 'mpeg2', fps: 25, draw: clock } } as const;
    const uri = await render({ ...spec, audio: { codec: 'mp3', sample: beat } }, 'ts');
    const out = await converted(uri, { ...stream, video: 'h264' });
    const { durationMs, streams } = await media.probe(out, never);
    assert.deepEqual(await codecs(out), ['video h264', 'audio mp3']);
    assert.ok(Math.abs(durationMs - 12_700) <= 2 * FRAME, `${durationMs}`);
    assert.deepEqual([streams[0]?.width, streams[0]?.height], [160, 90]);
    const numbers = await numbersAt(out, [0, 5000]);
    for (const [at, expected] of [73, 123].entries())
      assert.ok(Math.abs((numbers[at] ?? 0) - expected) <= 1, `${numbers}`);
    assert.deepEqual(await loudAt(out, [100, 900, 1900]), [true, false, true]);
  });

  test(`${name}: given a player without H.264, when streamed, then it gets VP8 and Opus`, async () => {
    const uri = await render({
      seconds: 3,
      video: { draw: clock, width: 96, height: 64 },
      audio: { sample: beat },
    });
    const request = { ...stream, startMs: 1000, container: 'webm', video: 'vp8', audio: 'opus' } as const;
    const out = await converted(uri, request);
    assert.deepEqual(await codecs(out), ['video vp8', 'audio opus']);
    const [number = 0] = await numbersAt(out, [0]);
    assert.ok(Math.abs(number - 10) <= 1, `${number}`);
    assert.deepEqual(await loudAt(out, [300, 1300]), [true, false]);
  });

  test(`${name}: given audio only or video only, when streamed, then the stream has that track only`, async () => {
    const sound = await converted(await render({ audio: { sample: beat } }, 'm4a'), {
      ...stream,
      video: 'none',
    });
    assert.deepEqual(await codecs(sound), ['audio mp3']);
    assert.deepEqual(await loudAt(sound, [100, 900]), [true, false]);
    const uri = await render({ video: { draw: clock, keyEvery: 50 } });
    const pictures = await converted(uri, { ...stream, audio: 'none' });
    assert.deepEqual(await codecs(pictures), ['video h264']);
  });

  test(`${name}: given rotated video, when re-encoded, then its pictures are upright`, async () => {
    const draw = (canvas: Canvas) => fill(canvas, [230, 20, 20], 0, 0, canvas.width / 2);
    const uri = await render({ seconds: 2, video: { draw, rotation: 90, width: 160, height: 80 } });
    const out = await converted(uri, { ...stream, startMs: 0, video: 'h264', audio: 'none' });
    for await (const { width, height, data } of media.frames(out, [500], BOX, never)) {
      assert.deepEqual([width, height], [80, 160]);
      const red = (y: number) => data[(y * width + 40) * 3] ?? 0;
      assert.ok(red(20) > 150 && red(140) < 80, `${red(20)} ${red(140)}`);
    }
  });

  test(`${name}: given a stream in progress, when aborted, then it rejects with the reason and the next one works`, async () => {
    const uri = await render({ video: { draw: clock, keyEvery: 50 }, audio: { sample: beat } });
    const abort = new AbortController();
    const reason = new Error('enough');
    let bytes = 0;
    await assert.rejects(async () => {
      for await (const part of media.convert(uri, { ...stream, startMs: 0, video: 'h264' }, abort.signal)) {
        bytes += part.length;
        abort.abort(reason);
      }
    }, reason);
    const whole = statSync(
      fileURLToPath(await converted(uri, { ...stream, startMs: 0, video: 'h264' })),
    ).size;
    assert.ok(bytes > 0 && bytes < whole, `${bytes} of ${whole} bytes`);
    await assert.rejects(async () => {
      for await (const _ of media.convert(uri, stream, AbortSignal.abort(reason))) assert.fail('no byte');
    }, reason);
    // What follows is served as before.
    assert.deepEqual(await codecs(await converted(uri, stream)), ['video h264', 'audio mp3']);
  });

  test(`${name}: given a text file or a playlist, when streamed or cut, then it fails as such`, async () => {
    const wrong = { 'text.mp4': 'only words\n'.repeat(400), 'list.mp4': '#EXTM3U\nfile:///etc/passwd\n' };
    for (const [file, text] of Object.entries(wrong)) {
      const path = join(folder, file);
      writeFileSync(path, text);
      const kind = file === 'list.mp4' ? 'playlist' : 'notMedia';
      const isFailure = (error: unknown) => error instanceof MediaFailureError && error.failure.kind === kind;
      await assert.rejects(async () => {
        for await (const _ of media.convert(pathToFileUri(path), stream, never)) assert.fail('no byte');
      }, isFailure);
      await assert.rejects(
        media.cut(cutOf([pathToFileUri(path), 0, 1000]), () => undefined, never),
        isFailure,
      );
    }
  });

  const cutOf = (...ranges: readonly (readonly [uri: string, startMs: number, endMs: number])[]) => {
    count += 1;
    const request: CutRequest = {
      pieces: ranges.map(([uri, startMs, endMs]) => ({ uri, startMs, endMs })),
      how: 'exact',
      path: join(folder, `${count}.mp4`),
      size: { width: 320, height: 180 },
      rate: { frames: 10, seconds: 1 },
      audio: true,
    };
    return request;
  };

  test(`${name}: given an exact cut, then it has each frame of its range and no other`, async () => {
    const request = cutOf([await talk(), 7300, 9500]);
    const told: number[] = [];
    const result = await media.cut(request, (doneMs) => told.push(doneMs), never);
    assert.deepEqual(result, { startMs: 7300, durationMs: 2200 });
    const out = pathToFileUri(request.path);
    assert.deepEqual(await codecs(out), ['video h264', 'audio aac']);
    const { durationMs } = await media.probe(out, never);
    assert.ok(Math.abs(durationMs - 2200) <= 60, `${durationMs}`);
    const times = Array.from({ length: 22 }, (_, n) => n * 100 + 50);
    assert.deepEqual(
      await numbersAt(out, times),
      times.map((_, n) => 73 + n),
    );
    assert.deepEqual(await loudAt(out, [100, 900, 1900]), [true, false, true]);
  });

  test(`${name}: given a copied cut, then it starts at the key frame before and reports that time`, async () => {
    for (const ending of ['mp4', 'mkv']) {
      const request = {
        ...cutOf([await talk(), 7300, 9500]),
        how: 'copy',
        path: join(folder, `copy.${ending}`),
      } as const;
      const result = await media.cut(request, () => undefined, never);
      assert.deepEqual(result, { startMs: 5000, durationMs: 4500 });
      const out = pathToFileUri(request.path);
      assert.deepEqual(await codecs(out), ['video h264', 'audio aac']);
      const { durationMs } = await media.probe(out, never);
      assert.ok(Math.abs(durationMs - 4500) <= 3 * FRAME, `${durationMs}`);
      assert.deepEqual(await numbersAt(out, [50, 2350]), [50, 73]);
      assert.deepEqual(await loudAt(out, [500, 1500, 2500]), [true, false, true]);
    }
  });

  test(`${name}: given pieces of several formats, when cut, then they are joined with bars, black frames and silence`, async () => {
    const wide = await talk();
    const silent = await render(
      { seconds: 4, video: { codec: 'vp8', width: 120, height: 120, draw: clock } },
      'webm',
    );
    const spoken = await render({ seconds: 4, audio: { codec: 'mp3', sample: tone(300) } }, 'mp3');
    const request = cutOf([wide, 7000, 8500], [silent, 1000, 2000], [spoken, 500, 1500], [wide, 1000, 2000]);
    assert.deepEqual(await media.cut(request, () => undefined, never), { startMs: 7000, durationMs: 4500 });
    const out = pathToFileUri(request.path);
    const { durationMs, streams } = await media.probe(out, never);
    assert.ok(Math.abs(durationMs - 4500) <= 60, `${durationMs}`);
    assert.deepEqual([streams[0]?.width, streams[0]?.height], [320, 180]);
    const [first, , last] = await numbersAt(out, [50, 2000, 3550]);
    assert.deepEqual([first, last], [70, 10]);
    const shades: number[] = [];
    for await (const { width, height, data } of media.frames(
      out,
      [2050, 3050],
      { width: 320, height: 180 },
      never,
    ))
      shades.push(
        data[(Math.floor(height / 8) * width + 4) * 3] ?? 0,
        data[(Math.floor(height / 8) * width + 160) * 3] ?? 0,
      );
    const [bar = 255, roof = 0, black = 255, blackToo = 255] = shades;
    assert.ok(bar < 40 && roof > 90 && black < 40 && blackToo < 40, `${shades}`);
    assert.deepEqual(await loudAt(out, [500, 1250, 2000, 3000, 4000]), [true, false, false, true, true]);
  });

  test(`${name}: given a cut in progress, when aborted, then it rejects with the reason`, async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const request = cutOf([await talk(), 0, 20_000]);
    const cutting = media.cut(request, () => undefined, abort.signal);
    abort.abort(reason);
    await assert.rejects(cutting, reason);
  });
}
