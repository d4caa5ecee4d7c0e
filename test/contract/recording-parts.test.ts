// needs: ffmpeg
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createMediaChild } from '../../server/src/adapters/media-child.ts';
import { createRecordingParts } from '../../server/src/adapters/node-disk/cut-recording.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { withRecordingParts } from '../../server/src/indexing/recording-media.ts';
import type { MediaHints } from '../../server/src/ports/decoder.ts';
import type { Media } from '../../server/src/ports/media.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { layoutOf, unfinishedMatroska } from '../support/recorder.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { signal } = new AbortController();
const SECONDS = 60;
const FROM_MS = 44_000;

/** Formats that recorders write, with ffmpeg's options. */
const FORMATS: readonly { readonly name: string; readonly options: readonly string[] }[] = [
  { name: 'plain.mkv', options: [] },
  { name: 'live.mkv', options: ['-live', '1'] },
  { name: 'fragments.mp4', options: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'] },
  { name: 'stream.ts', options: [] },
  { name: 'late.ts', options: ['-output_ts_offset', '3600'] },
];

/** A minute whose grey level is its second, with a tone that becomes loud at 50 s. */
async function makeMinute(folder: string): Promise<string> {
  const path = join(folder, 'minute.mkv');
  await makeMedia(path, {
    seconds: SECONDS,
    video: {
      width: 160,
      height: 90,
      fps: 10,
      draw(canvas, timeMs) {
        const level = Math.floor(timeMs / 1000) * 4;
        fill(canvas, [level, level, level]);
      },
    },
    audio: { sample: (time) => (time >= 50 ? 0.5 : 0.03) * Math.sin(2 * Math.PI * 440 * time) },
  });
  return path;
}

/** Returns when the tone becomes loud, ms. */
async function findTone(media: Media, uri: string, hints: MediaHints = {}): Promise<number> {
  for await (const event of media.pass(uri, { audio: true }, signal, hints)) {
    const at = event.kind === 'audio' ? event.samples.findIndex((sample) => Math.abs(sample) > 0.1) : -1;
    if (at >= 0) return event.timeMs + at / 16;
  }
  return Number.NaN;
}

test('given recordings that are being written, when a part is read, then its pictures and sound are those of the whole at the same times', async (t) => {
  const folder = tempFolder();
  const minute = await makeMinute(folder);
  const media = createMediaChild({ settings: () => ({ 'media.backend': 'auto', 'media.ffmpegPath': '' }) });
  t.after(() => media.close());
  for (const { name, options } of FORMATS) {
    const path = join(folder, name);
    runFfmpeg(...['-i', minute, '-c:v', 'libx264', '-g', '20', '-bf', '2', '-c:a', 'aac'], ...options, path);
    const closed = readFileSync(path);
    // What the recorder adds when it closes the file is not there yet.
    const written =
      name === 'plain.mkv' ? unfinishedMatroska(closed) : closed.subarray(0, layoutOf(closed)?.endByte);
    writeFileSync(path, written);
    const layout = layoutOf(readFileSync(path));
    assert.ok(layout !== undefined && layout.parts.length > 5, `${name} has parts`);
    assert.equal(layout.isFinished, false, name);
    const uri = pathToFileUri(path);
    const probe = await media.probe(uri, signal);
    const cuts: string[] = [];
    const parts = createRecordingParts(join(folder, 'parts'));
    const divided = withRecordingParts(
      media,
      {
        async cut(...args) {
          const cut = await parts.cut(...args);
          cuts.push(cut === undefined ? 'whole' : 'part');
          return cut;
        },
      },
      () => ({ probe, isOpen: true }),
    );
    const { durationMs } = await divided.probe(uri, signal);
    assert.ok(Math.abs(durationMs - SECONDS * 1000) < 300, `${name}: ${durationMs} ms`);
    const times = [46_500, 52_500, 58_500];
    const greys: number[] = [];
    for await (const picture of divided.frames(uri, times, { width: 32, height: 32 }, signal)) {
      assert.ok(Math.abs(picture.timeMs - (times[greys.length] ?? 0)) <= 150, `${name}: ${picture.timeMs}`);
      greys.push(Math.round((picture.data[0] ?? 0) / 4));
    }
    for (const [i, grey] of greys.entries())
      assert.ok(Math.abs(grey - Math.floor((times[i] ?? 0) / 1000)) <= 1, `${name}: ${greys.join()}`);
    // Encoders and containers shift sound a little, in a part as in the whole.
    const wholeToneMs = await findTone(media, uri);
    const toneMs = await findTone(divided, uri, { fromMs: FROM_MS });
    assert.ok(
      Math.abs(toneMs - wholeToneMs) < 40,
      `${name}: the tone begins at ${toneMs}, not ${wholeToneMs} ms`,
    );
    assert.ok(Math.abs(toneMs - 50_000) < 300, `${name}: ${toneMs}`);
    const measureOptions = { clipMs: 10_000, fromMs: FROM_MS };
    const { clips } = await divided.measure(uri, measureOptions, () => undefined, signal);
    assert.equal(clips[0]?.startMs, FROM_MS, name);
    assert.ok(Math.abs((clips.at(-1)?.endMs ?? 0) - durationMs) < 300, `${name}: ${clips.at(-1)?.endMs}`);
    assert.deepEqual([...new Set(cuts)], ['part'], name);
  }
});

test('given files that no recorder is writing, when their layout is read, then it says that they are finished or cannot be read in parts', async () => {
  const folder = tempFolder();
  const minute = await makeMinute(folder);
  const finished = layoutOf(readFileSync(minute));
  assert.equal(finished?.isFinished, true);
  const mp4 = join(folder, 'plain.mp4');
  runFfmpeg('-i', minute, '-c:v', 'libx264', '-c:a', 'aac', mp4);
  const plain = readFileSync(mp4);
  assert.equal(layoutOf(plain)?.isFinished, true);
  assert.equal(
    layoutOf(plain.subarray(0, plain.length / 2)),
    undefined,
    'nothing can be read before its end',
  );
  const fast = join(folder, 'fast.mp4');
  runFfmpeg('-i', mp4, '-c', 'copy', '-movflags', '+faststart', fast);
  assert.deepEqual(layoutOf(readFileSync(fast))?.parts, []);
  assert.equal(layoutOf(new Uint8Array(5000)), undefined);
});
