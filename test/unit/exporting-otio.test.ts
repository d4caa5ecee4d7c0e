// needs: python-otio
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { exportWriters } from '../../server/src/exporting/formats.ts';
import type { ExportSelection, SelectedMoment } from '../../server/src/exporting/selection.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface ReadClip {
  readonly name: string;
  readonly start: number;
  readonly duration: number;
  readonly offset: number;
  readonly rate: number;
}

/** Rates of media, and the rate at which an editing program reads a sequence of it. */
const RATES: readonly (readonly [media: number, sequence: string])[] = [
  [10, '24000/1001'],
  [12, '24000/1001'],
  [15, '24000/1001'],
  [17.83, '24000/1001'],
  [23.976023976, '24000/1001'],
  [24, '24'],
  [25, '25'],
  [29.97002997, '30000/1001'],
  [30, '30'],
  [50, '50'],
  [57.1, '60000/1001'],
  [60, '60'],
  [144, '60'],
];

function selectionAt(framesPerSecond: number): ExportSelection {
  const moment = (startMs: number, endMs: number): SelectedMoment => ({
    startMs,
    endMs,
    lines: [{ startMs, endMs, text: 'A line.' }],
    source: {
      uri: 'file:///v/screen.mp4',
      name: 'screen.mp4',
      durationMs: 9_000_000,
      framesPerSecond,
      width: 640,
      height: 360,
      video: true,
      codecs: ['h264'],
      audio: { channels: 2, sampleRate: 48_000 },
    },
  });
  // Across whole minutes and tens of minutes, where drop-frame codes skip numbers.
  return { title: 'Moments', moments: [moment(0, 59_990), moment(595_000, 4_261_300), moment(7100, 9950)] };
}

async function readTimeline(format: 'edl' | 'otio' | 'fcpxml', selection: ExportSelection, rate: string) {
  const folder = mkdtempSync(join(tempFolder(), 'timeline'));
  const path = join(folder, `moments.${format}`);
  writeFileSync(path, exportWriters[format](selection));
  const script = join(import.meta.dirname, '../support/read-timeline.py');
  const args = [script, path, ...(format === 'edl' ? [rate] : [])];
  const { code, out, err } = await runProgram('python-otio', args, { cwd: folder, env: process.env });
  assert.equal(code, 0, `${format} at ${rate}: ${err}`);
  const tracks = (JSON.parse(out) as readonly (readonly ReadClip[])[]).filter(({ length }) => length > 0);
  assert.ok(tracks.length > 0);
  return tracks;
}

for (const [mediaRate, rate] of RATES)
  for (const format of ['edl', 'otio', 'fcpxml'] as const)
    test(`given media of ${mediaRate} frames per second, when OpenTimelineIO reads the ${format}, then clips, times and rate are right`, async () => {
      const selection = selectionAt(mediaRate);
      const [numerator = 0, denominator = 1] = rate.split('/').map(Number);
      const sequenceRate = numerator / denominator;
      for (const clips of await readTimeline(format, selection, rate)) {
        assert.deepEqual(
          clips.map(({ name }) => name),
          selection.moments.map(({ source }) => source.name),
        );
        // The adapter for FCPXML rounds rates down to whole numbers, so its times say nothing at others.
        if (format === 'fcpxml' && !(Number.isInteger(sequenceRate) && Number.isInteger(mediaRate))) continue;
        // One frame of the slower of both.
        const frame = 1 / Math.min(mediaRate, sequenceRate);
        let offset = clips[0]?.offset ?? 0;
        for (const [index, clip] of clips.entries()) {
          const { startMs = 0, endMs = 0 } = selection.moments[index] ?? {};
          assert.ok(Math.abs(clip.start - startMs / 1000) <= frame, `start ${clip.start}`);
          assert.ok(Math.abs(clip.duration - (endMs - startMs) / 1000) <= frame, `duration ${clip.duration}`);
          assert.ok(Math.abs(clip.offset - offset) < 1e-3, `offset ${clip.offset}, not ${offset}`);
          offset += clip.duration;
          if (format === 'edl') assert.ok(Math.abs(clip.rate - sequenceRate) < 1e-3, `rate ${clip.rate}`);
        }
      }
    });
