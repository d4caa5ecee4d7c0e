// needs: ffmpeg
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type CaptionPair, decodeCaptions } from '../../server/src/adapters/libav/closed-captions.ts';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { makeCaptionedVideo, toCaptionPairs } from '../support/caption-media.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;
const folder = tempFolder();
const decoder = createNodeAvDecoder();
const CAPTIONS = [
  { startMs: 3000, endMs: 5000, text: 'THE HARBOUR IS CLOSED' },
  { startMs: 6500, endMs: 8500, text: '[ MUSIC ]' },
];

async function read(path: string) {
  const uri = pathToFileUri(path);
  const { streams, clockJumps } = await decoder.probe(uri, never);
  const tracks = streams.filter(({ kind }) => kind === 'subtitle');
  const cues = await Promise.all(
    tracks.map(({ index }) => decoder.subtitles(uri, index, never, { clockJumps })),
  );
  return { tracks, cues: cues.flat() };
}

function check(cues: readonly { startMs: number; endMs: number; text: string }[], shiftMs = 0) {
  assert.deepEqual(
    cues.map(({ text }) => text),
    CAPTIONS.map(({ text }) => text),
  );
  for (const [at, { startMs, endMs }] of cues.entries()) {
    assert.ok(Math.abs(startMs - shiftMs - (CAPTIONS[at]?.startMs ?? 0)) <= 100, `starts at ${startMs}`);
    assert.ok(Math.abs(endMs - shiftMs - (CAPTIONS[at]?.endMs ?? 0)) <= 100, `ends at ${endMs}`);
  }
}

for (const [codec, ending] of [
  ['h264', 'ts'],
  ['h264', 'mp4'],
  ['h264', 'mkv'],
  ['h264', 'flv'],
  ['hevc', 'mp4'],
  ['mpeg2', 'mpg'],
  ['mpeg2', 'ts'],
] as const) {
  test(`given captions inside ${codec} in .${ending}, when they are read, then each is there at its time`, async () => {
    const { tracks, cues } = await read(makeCaptionedVideo(folder, `in-${codec}.${ending}`, codec, CAPTIONS));
    assert.deepEqual(
      tracks.map(({ codec: name, title, textual }) => [name, title, textual]),
      [['eia_608', 'CC1', true]],
    );
    check(cues);
  });
}

test('given captions in the second field, when they are read, then they are a track of their own', async () => {
  const path = makeCaptionedVideo(
    folder,
    'second.ts',
    'h264',
    [{ startMs: 1500, endMs: 3000, text: 'HOLA' }],
    {
      field: 1,
    },
  );
  const { tracks, cues } = await read(path);
  assert.deepEqual(
    tracks.map(({ title }) => title),
    ['CC1', 'CC3'],
  );
  assert.deepEqual(
    cues.map(({ text }) => text),
    ['HOLA'],
  );
});

test('given a captioned file whose clock starts late, or again, when it is read, then one clock counts', async () => {
  const late = makeCaptionedVideo(folder, 'late.ts', 'h264', CAPTIONS, {
    options: ['-output_ts_offset', '60'],
  });
  check((await read(late)).cues);
  const plain = readFileSync(makeCaptionedVideo(folder, 'part.ts', 'h264', CAPTIONS));
  writeFileSync(join(folder, 'joined.ts'), Buffer.concat([plain, plain]));
  const { cues } = await read(join(folder, 'joined.ts'));
  check(cues.slice(0, 2));
  check(cues.slice(2), 10_000);
});

test('given captions in a track of their own, when they are read, then each is there at its time', async () => {
  const bytes = Buffer.from(
    toCaptionPairs(CAPTIONS, 300)
      .map(([a, b]) => `${a.toString(16).padStart(2, '0')}${b.toString(16).padStart(2, '0')}`)
      .map(
        (pair, at) =>
          `00:00:${String(Math.floor(at / 30)).padStart(2, '0')}:${String(at % 30).padStart(2, '0')}\t${pair}`,
      )
      .join('\n\n'),
  );
  writeFileSync(join(folder, 'own.scc'), `Scenarist_SCC V1.0\n\n${bytes.toString()}\n`);
  const inputs = ['-f', 'lavfi', '-i', 'testsrc=s=160x120:r=30:d=10', '-i', join(folder, 'own.scc')];
  runFfmpeg(...inputs, '-c:v', 'libx264', '-c:s', 'copy', join(folder, 'own.mov'));
  const { tracks, cues } = await read(join(folder, 'own.mov'));
  assert.deepEqual(
    tracks.map(({ codec, textual }) => [codec, textual]),
    [['eia_608', true]],
  );
  check(cues);
});

test('given 708 captions without 608, when they are read, then each is there at its time', async () => {
  for (const [codec, ending] of [
    ['h264', 'ts'],
    ['h264', 'mp4'],
    ['hevc', 'mp4'],
    ['mpeg2', 'ts'],
  ] as const) {
    const services = [{ service: 1, captions: CAPTIONS }];
    const path = makeCaptionedVideo(folder, `dtvcc-${codec}.${ending}`, codec, [], { services });
    const { tracks, cues } = await read(path);
    assert.deepEqual(
      tracks.map(({ codec: name, title, textual }) => [name, title, textual]),
      [['cta_708', 'Service 1', true]],
    );
    check(cues);
  }
});

test('given 708 services beside 608, when they are read, then only those that 608 lacks are tracks', async () => {
  const captions = (text: string) => [{ startMs: 1500, endMs: 3000, text }];
  const services = [
    { service: 1, captions: CAPTIONS },
    { service: 2, captions: captions('La puerta está abierta') },
    { service: 3, captions: captions('Où êtes-vous ?\nNous sommes ici, près du port.') },
  ];
  const path = makeCaptionedVideo(folder, 'services.ts', 'h264', CAPTIONS, { services });
  const { tracks, cues } = await read(path);
  assert.deepEqual(
    tracks.map(({ title }) => title),
    ['CC1', 'Service 2', 'Service 3'],
  );
  check(cues.slice(0, 2));
  assert.deepEqual(
    cues.slice(2).map(({ text }) => text),
    ['La puerta está abierta', 'Où êtes-vous ?\nNous sommes ici, près du port.'],
  );
});

test('given video without captions, when it is probed, then it has no caption track', async () => {
  runFfmpeg('-f', 'lavfi', '-i', 'testsrc=s=160x120:r=30:d=3', '-c:v', 'libx264', join(folder, 'plain.mp4'));
  assert.deepEqual((await read(join(folder, 'plain.mp4'))).tracks, []);
});

test('given random bytes as captions, when they are decoded, then nothing breaks', () => {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state & 0xff;
  };
  for (const [channel, track] of [
    ['CC1', 'CC1'],
    ['708', 'Service 1'],
  ] as const) {
    const pairs: CaptionPair[] = Array.from({ length: 20_000 }, (_, at) => ({
      timeMs: at * 33,
      channel,
      bytes: [random(), random()],
      startsPacket: at % 20 === 0,
    }));
    for (const { startMs, endMs } of decodeCaptions(pairs, track)) assert.ok(endMs >= startMs);
  }
});
