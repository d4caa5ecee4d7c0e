import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { IndependentClient } from './independent-client.ts';
import { type Canvas, fill, makeMedia, tone } from './make-media.ts';

/** What a page that took text for HTML would run; escaped once, so that it is still there when a subtitle is read. */
const INJECTION =
  '&lt;img src=x onerror=globalThis.hacked=1&gt; &lt;script&gt;globalThis.hacked=1&lt;/script&gt;';
const HOSTILE_NAME = '<img src=x onerror=globalThis.hacked=1>.webm';

const cue = (at: number, startMs: number, endMs: number, text: string) => {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',');
  return `${at}\n${time(startMs)} --> ${time(endMs)}\n${text}\n`;
};

const LESSON = [
  [1000, 5000, 'Welcome to the aquarium, today we clean the glass.'],
  [8000, 12_000, 'Algae grow where the lamp shines for too long.'],
  [20_000, 25_000, 'The heater keeps the water at twenty four degrees.'],
  [28_000, 33_000, `Type ${INJECTION} and [click](command:workbench.action.quit) on the filter.`],
  [34_000, 37_000, 'Ana: Snails are welcome here.'],
  [40_000, 45_000, 'The axolotl eats earthworms on Sundays.'],
  [47_000, 50_000, 'Ana: Feed them lettuce.'],
  [52_000, 57_000, 'Change a third of the water each week.'],
] as const;

/** A colour that tells the time, with a bar that grows. */
function draw(canvas: Canvas, timeMs: number, seconds: number): void {
  const share = timeMs / (seconds * 1000);
  fill(canvas, [30 + Math.round(150 * share), 90, 160 - Math.round(120 * share)]);
  fill(canvas, [240, 200, 80], 0, canvas.height - 24, canvas.width * share, 24);
}

/** Writes a folder of two videos, one of them with a lesson told in a sidecar, and one that is no video. */
export async function writeLibrary(
  folder: string,
): Promise<{ readonly lesson: string; readonly hostile: string }> {
  mkdirSync(folder, { recursive: true });
  const lesson = join(folder, 'aquarium lesson.mp4');
  const hostile = join(folder, HOSTILE_NAME);
  const video = (seconds: number) => ({
    width: 320,
    height: 180,
    draw: (canvas: Canvas, timeMs: number) => draw(canvas, timeMs, seconds),
  });
  const cues = LESSON.map(([from, to, text], at) => cue(at + 1, from, to, text));
  writeFileSync(join(folder, 'aquarium lesson.srt'), cues.join('\n'));
  writeFileSync(join(folder, 'broken.mp4'), 'this is no video');
  await makeMedia(lesson, { seconds: 60, video: video(60), audio: { codec: 'aac', sample: tone(330) } });
  await makeMedia(hostile, { seconds: 6, video: { codec: 'vp8', ...video(6) } });
  writeFileSync(hostile.replace(/webm$/, 'srt'), cue(1, 1000, 4000, 'A stingray hides in the sand.'));
  return { lesson, hostile };
}

/** Adds a folder to the library and resolves when all in it is read. */
export async function readLibrary(client: IndependentClient, folder: string): Promise<void> {
  await client.result('goldfish/index', { uris: [pathToFileUri(folder)], keep: true });
}

export async function pageUrl(client: IndependentClient): Promise<string> {
  return String((await client.result('goldfish/page')).url);
}
