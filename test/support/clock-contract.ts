import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Converter } from '../../server/src/ports/converter.ts';
import type { Decoder, MediaHints, PassEvent } from '../../server/src/ports/decoder.ts';
import { drawNumber, readNumber } from './clock-picture.ts';
import { type Canvas, makeMedia } from './make-media.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
const BOX = { width: 160, height: 160 };
/** Length of the recording, and where it is divided. */
const LENGTH_MS = 12_000;
const PART_MS = 6000;
const MPEG2 = ['-c:v', 'mpeg2video', '-b:v', '2M', '-g', '15', '-bf', '2', '-c:a', 'mp2'];
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '30', '-c:a', 'aac'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '30', '-c:a', 'libvorbis'];

/** A tenth of a second is one number. */
const clock = (canvas: Canvas, timeMs: number) => drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));

export interface JoinedKind {
  readonly ending: string;
  readonly options: readonly string[];
  /** Bytes of the second part that are left out. */
  readonly header?: number;
}

/** Containers of which joined files are read as players read them. */
const TRANSPORT_KINDS: readonly JoinedKind[] = [
  { ending: 'mpg', options: MPEG2 },
  { ending: 'vob', options: [...MPEG2, '-f', 'vob'] },
  { ending: 'ts', options: X264 },
  { ending: 'm2ts', options: [...X264, '-f', 'mpegts', '-mpegts_m2ts_mode', '1'] },
];
const OTHER_KINDS: readonly JoinedKind[] = [
  { ending: 'mkv', options: X264 },
  { ending: 'webm', options: VP8 },
  // Recorders of live streams write one header.
  { ending: 'flv', options: X264, header: 13 },
];

/** What both backends make of files whose clock starts again; `create` is called once. */
export function clockContract(
  name: string,
  create: () => Decoder & Converter,
  { transportOnly }: { readonly transportOnly: boolean },
): void {
  const folder = tempFolder();
  const decoder = create();
  const path = (file: string) => join(folder, file);
  const base = path('base.mkv');

  before(async () => {
    const video = { width: 192, height: 108, fps: 30, keyEvery: 30, draw: clock };
    // One octave higher in the second part.
    const sample = (time: number) => 0.4 * Math.sin(2 * Math.PI * (time * 1000 < PART_MS ? 440 : 880) * time);
    await makeMedia(base, { seconds: LENGTH_MS / 1000, video, audio: { sample } });
  });

  /** Writes a part of the recording whose clock starts at a time, s. */
  const writePart = (file: string, from: number, to: number, clockS: number, options: readonly string[]) => {
    const cut = ['-ss', `${from / 1000}`, '-t', `${(to - from) / 1000}`, '-i', base];
    runFfmpeg(...cut, ...options, '-output_ts_offset', `${clockS}`, path(file));
    return readFileSync(path(file));
  };
  /** Joins parts of equal length whose clocks start at these times, s. */
  const joinParts = (
    file: string,
    { ending, options, header = 0 }: JoinedKind,
    clocksS: readonly number[],
  ) => {
    const target = path(`${file}.${ending}`);
    const partMs = LENGTH_MS / clocksS.length;
    rmSync(target, { force: true });
    for (const [at, clockS] of clocksS.entries()) {
      const bytes = writePart(`part.${ending}`, partMs * at, partMs * (at + 1), clockS, options);
      appendFileSync(target, at === 0 ? bytes : bytes.subarray(header));
    }
    return pathToFileUri(target);
  };
  const numbersAt = async (uri: string, times: readonly number[], hints?: MediaHints) => {
    const numbers: number[] = [];
    for await (const picture of decoder.frames(uri, times, BOX, never, hints))
      numbers.push(readNumber(picture));
    return numbers;
  };
  /** Pictures at these times show their tenth of a second. Parts may begin some pictures later. */
  const checkNumbers = async (uri: string, times: readonly number[], hints?: MediaHints, shiftMs = 0) => {
    const numbers = await numbersAt(uri, times, hints);
    for (const [at, time] of times.entries())
      assert.ok(
        Math.abs((numbers[at] ?? -99) - Math.floor((time + shiftMs) / 100)) <= 2,
        `${numbers} at ${times}`,
      );
  };
  const passOf = async (uri: string, hints: MediaHints): Promise<readonly PassEvent[]> => {
    const events: PassEvent[] = [];
    for await (const event of decoder.pass(uri, { grey: true, audio: true }, never, hints))
      events.push(event);
    return events;
  };
  /** Where the tone rises by an octave, ms, and how much sound there is. */
  const soundOf = (events: readonly PassEvent[]) => {
    let riseMs: number | undefined;
    let lengthMs = 0;
    let highWindows = 0;
    for (const event of events) {
      if (event.kind !== 'audio') continue;
      lengthMs += event.samples.length / 16;
      for (let at = 0; at + 800 <= event.samples.length; at += 800) {
        const window = event.samples.subarray(at, at + 800);
        const isLoud = window.some((sample) => Math.abs(sample) > 0.2);
        const turns = window.filter((sample, n) => sample < 0 !== (window[n - 1] ?? sample) < 0).length;
        highWindows = isLoud && turns > 75 && turns < 100 ? highWindows + 1 : 0;
        if (highWindows === 3) riseMs ??= event.timeMs + at / 16 - 100;
      }
    }
    return { riseMs, lengthMs };
  };
  const checkWhole = async (uri: string) => {
    const { durationMs, clockJumps } = await decoder.probe(uri, never);
    assert.ok(Math.abs(durationMs - LENGTH_MS) <= 300, `duration ${durationMs}`);
    const hints = { clockJumps };
    await checkNumbers(uri, [11_050, 2050, 5050, 7050, 8050, 1050, 10_050], hints);
    await checkNumbers(uri, [9050], hints);
    await checkNumbers(uri, [3050], hints);
    const events = await passOf(uri, hints);
    const greys = events.flatMap((event) => (event.kind === 'grey' ? [event] : []));
    assert.ok(greys.length > LENGTH_MS / 250, `${greys.length} grey pictures`);
    for (const grey of greys) {
      if (grey.timeMs > LENGTH_MS - 400) continue;
      const seen = readNumber(grey, 1) * 100;
      assert.ok(Math.abs(grey.timeMs - seen - 50) <= 250, `grey ${seen} at ${grey.timeMs}`);
    }
    const backward = greys.flatMap(({ timeMs }, at) =>
      timeMs < (greys[at - 1]?.timeMs ?? 0) ? [`${greys[at - 1]?.timeMs} then ${timeMs}`] : [],
    );
    assert.deepEqual(backward, []);
    const { riseMs = -1, lengthMs } = soundOf(events);
    assert.ok(Math.abs(riseMs - PART_MS) <= 200, `the tone rises at ${riseMs}`);
    assert.ok(Math.abs(lengthMs - LENGTH_MS) <= 400, `${lengthMs} ms of sound`);
    return hints;
  };
  const checkPlayed = async (uri: string, hints: MediaHints, startMs: number) => {
    const parts: Uint8Array[] = [];
    const request = { startMs, container: 'mp4', video: 'h264', audio: 'mp3', box: BOX } as const;
    for await (const bytes of decoder.convert(uri, request, never, hints)) parts.push(bytes);
    writeFileSync(path('played.mp4'), Buffer.concat(parts));
    const played = pathToFileUri(path('played.mp4'));
    await checkNumbers(played, [50, 1050, 2050], undefined, startMs);
    const { durationMs } = await decoder.probe(played, never);
    assert.ok(Math.abs(durationMs - (LENGTH_MS - startMs)) <= 400, `${durationMs} ms from ${startMs}`);
  };

  for (const kind of transportOnly ? TRANSPORT_KINDS : [...TRANSPORT_KINDS, ...OTHER_KINDS]) {
    test(`${name}: given a .${kind.ending} of two parts with the same clock, when it is indexed and played, then the second follows the first`, async () => {
      const uri = joinParts('same', kind, [0, 0]);
      const hints = await checkWhole(uri);
      await checkPlayed(uri, hints, 8000);
      await checkPlayed(uri, hints, 3000);
    });
  }

  for (const kind of [TRANSPORT_KINDS[0], TRANSPORT_KINDS[2]]) {
    if (kind === undefined) continue;
    for (const clocksS of [
      [1000, 0],
      [0, 1000],
      [0, 50, 20, 3000],
    ]) {
      test(`${name}: given a .${kind.ending} of parts whose clocks start at ${clocksS} s, when it is indexed, then one clock continues`, async () => {
        await checkWhole(joinParts('apart', kind, clocksS));
      });
    }
  }

  test(`${name}: given a .ts whose clock of 33 bits wraps around, when it is indexed, then one clock continues`, async () => {
    await checkWhole(joinParts('wrap', { ending: 'ts', options: X264 }, [2 ** 33 / 90_000 - 4]));
  });

  test(`${name}: given a recording with one clock, when it is probed, then no jump is found`, async () => {
    for (const kind of [...TRANSPORT_KINDS, ...OTHER_KINDS]) {
      const { clockJumps, durationMs } = await decoder.probe(joinParts('one', kind, [0]), never);
      assert.equal(clockJumps, undefined, kind.ending);
      assert.ok(Math.abs(durationMs - LENGTH_MS) <= 300, `.${kind.ending} lasts ${durationMs}`);
    }
  });

  if (transportOnly) return;

  test(`${name}: given a .ts of which the sound alone starts again, when it is indexed, then sound and picture stay together`, async () => {
    const first = writePart('part.ts', 0, PART_MS, 0, X264);
    runFfmpeg('-ss', '6', '-i', base, '-vn', '-c:a', 'aac', path('sound.m4a'));
    const inputs = ['-ss', '6', '-i', base, '-i', path('sound.m4a')];
    runFfmpeg(...inputs, '-copyts', '-map', '0:v', '-map', '1:a', ...X264, path('apart.ts'));
    writeFileSync(path('sound.ts'), Buffer.concat([first, readFileSync(path('apart.ts'))]));
    await checkWhole(pathToFileUri(path('sound.ts')));
  });

  test(`${name}: given a joined .mkv with subtitles, when they are read, then those of the second part are later`, async () => {
    const parts = [0, 1].map((part) => {
      writeFileSync(path('cues.srt'), `1\n00:00:02,000 --> 00:00:03,000\npart ${part}\n`);
      const inputs = ['-ss', `${6 * part}`, '-t', '6', '-i', base, '-i', path('cues.srt')];
      runFfmpeg(...inputs, '-map', '0', '-map', '1', ...X264, '-c:s', 'srt', path('part.mkv'));
      return readFileSync(path('part.mkv'));
    });
    writeFileSync(path('cues.mkv'), Buffer.concat(parts));
    const uri = pathToFileUri(path('cues.mkv'));
    const { clockJumps, streams } = await decoder.probe(uri, never);
    const track = streams.find(({ kind }) => kind === 'subtitle');
    const cues = await decoder.subtitles(uri, track?.index ?? -1, never, { clockJumps });
    assert.deepEqual(
      cues.map(({ text }) => text),
      ['part 0', 'part 1'],
    );
    for (const [part, { startMs }] of cues.entries())
      assert.ok(Math.abs(startMs - 2000 - PART_MS * part) <= 200, `${part} at ${startMs}`);
  });
}
