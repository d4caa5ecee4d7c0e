import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Decoder, MediaHints, PassEvent } from '../../server/src/ports/decoder.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
/** A tone of 440 Hz whose level is -9 dBFS. */
const TONE = '0.5*sin(2764.6*t)';

type SoundEvent = Extract<PassEvent, { kind: 'audio' }>;

const rmsOf = (events: readonly SoundEvent[]) => {
  const squares = events.flatMap(({ samples }) => [...samples].map((sample) => sample * sample));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
};

/** What both backends hear of several channels and tracks; `create` is called once. */
export function soundContract(name: string, create: () => Decoder): void {
  const folder = tempFolder();
  const decoder = create();
  const make = (file: string, ...options: readonly string[]): string => {
    runFfmpeg(...options, join(folder, file));
    return pathToFileUri(join(folder, file));
  };
  const sound = (expression: string, layout = 'stereo') => [
    ...['-f', 'lavfi', '-i', `aevalsrc='${expression}':c=${layout}:d=4:s=48000`],
  ];
  const hear = async (uri: string, hints?: MediaHints): Promise<readonly SoundEvent[]> => {
    const events: SoundEvent[] = [];
    for await (const event of decoder.pass(uri, { audio: true }, never, hints))
      if (event.kind === 'audio') events.push(event);
    return events;
  };

  for (const [what, expression] of [
    ['exactly opposite', `${TONE}|-${TONE}`],
    ['nearly opposite', `${TONE}|-0.8*${TONE}+0.02*sin(900*t)`],
  ] as const) {
    for (const [ending, ...codec] of [
      ['wav', '-c:a', 'pcm_s16le'],
      ['m4a', '-c:a', 'aac', '-b:a', '160k'],
      ['webm', '-c:a', 'libopus'],
    ] as const) {
      test(`${name}: given .${ending} whose channels are ${what}, when it is heard, then the louder channel is heard and named`, async () => {
        const events = await hear(make(`opposite.${ending}`, ...sound(expression), ...codec));
        assert.ok(rmsOf(events) > 0.3, `rms ${rmsOf(events)}`);
        const lengthMs = events.reduce((sum, { samples }) => sum + samples.length / 16, 0);
        assert.ok(Math.abs(lengthMs - 4000) < 60, `${lengthMs} ms`);
        if (what === 'nearly opposite') assert.ok(events.every(({ channel }) => channel === 0));
        else assert.ok(events.every(({ channel }) => channel !== undefined));
      });
    }
  }

  for (const [what, expression, layout] of [
    ['alike', `${TONE}|${TONE}`, 'stereo'],
    ['independent', `${TONE}|0.5*sin(1200*t)`, 'stereo'],
    ['of which one is silent', `0|${TONE}`, 'stereo'],
    ['of 5.1 with speech in the centre', `0|0|${TONE}|0|0|0`, '5.1'],
    ['single', TONE, 'mono'],
  ] as const) {
    test(`${name}: given channels ${what}, when they are heard, then the mix is heard`, async () => {
      const events = await hear(make('mix.wav', ...sound(expression, layout)));
      assert.ok(rmsOf(events) > 0.1, `rms ${rmsOf(events)}`);
      assert.ok(events.every(({ channel }) => channel === undefined));
    });
  }

  test(`${name}: given two tracks, when hints name the second, then it is heard, and without hints the first`, async () => {
    const uri = make('tracks.mkv', ...sound('0', 'mono'), ...sound(TONE, 'mono'), '-map', '0', '-map', '1');
    const { streams } = await decoder.probe(uri, never);
    assert.deepEqual(
      streams.map(({ preference, chosen }) => [preference, chosen]),
      [
        [0, true],
        [1, undefined],
      ],
    );
    assert.ok(rmsOf(await hear(uri)) < 0.001);
    assert.ok(rmsOf(await hear(uri, { tracks: { audio: streams[1]?.index } })) > 0.3);
  });

  test(`${name}: given hints of a track that a file lacks, when it is heard, then it is read as players choose`, async () => {
    const uri = make('one.mkv', ...sound(TONE, 'mono'));
    assert.ok(rmsOf(await hear(uri, { tracks: { audio: 7, video: 9 } })) > 0.3);
  });
}
