import test from 'node:test';
import { createVideoAnalyser } from '../../server/src/core/media/video-analyser.ts';
import { measureFacts } from '../../server/src/indexing/stages/facts.ts';
import { readScreenText } from '../../server/src/indexing/stages/screen-text.ts';
import { golden } from '../support/golden.ts';
import { toLumaImage } from '../../server/src/core/media/luma-image.ts';
import type { Canvas } from '../support/font.ts';
import { knownReader } from '../support/fake-reader.ts';
import { editor, landscape, type Screen, slide, terminal } from '../support/screen-pictures.ts';

const signal = new AbortController().signal;
const SCENE_MS = 14_000;
const scenes: readonly Screen[] = [slide(), terminal(), editor(), { picture: landscape(), lines: [] }, slide()];
const durationMs = scenes.length * SCENE_MS;
const sceneAt = (timeMs: number): Screen => scenes[Math.min(scenes.length - 1, Math.floor(timeMs / SCENE_MS))] ?? slide();

/** The 64x36 picture that a decoder gives: the mean of each cell. */
function small(picture: Canvas): Uint8Array {
  const grey = toLumaImage(picture);
  return Uint8Array.from({ length: 64 * 36 }, (_, i) => {
    let sum = 0;
    const [left, top] = [(i % 64) * 20, Math.floor(i / 64) * 20];
    for (let y = top; y < top + 20; y += 1) for (let x = left; x < left + 20; x += 1) sum += grey.data[y * grey.width + x] ?? 0;
    return sum / 400;
  });
}

/** A Media that shows the scenes and hums in the first half. */
const media = {
  async measure(_: string, { clipMs }: { clipMs: number }, onTime: (timeMs: number) => void) {
    const measure = createVideoAnalyser({ clipMs, durationMs });
    const smalls = new Map(scenes.map((scene) => [scene, small(scene.picture)]));
    for (let timeMs = 0; timeMs < durationMs; timeMs += 100) {
      const scene = sceneAt(timeMs);
      measure.grey(timeMs, smalls.get(scene) ?? small(scene.picture));
      if (timeMs % 2000 === 0) measure.colour({ timeMs, data: scene.picture.data });
      const level = timeMs < durationMs / 2 ? 0.2 : 0;
      measure.audio(timeMs, Float32Array.from({ length: 1600 }, (_, i) => level * Math.sin(i / 6)));
      onTime(timeMs);
    }
    return measure.finish();
  },
  async *frames(_: string, timesMs: readonly number[]) {
    for (const timeMs of timesMs) yield { timeMs, ...sceneAt(timeMs).picture };
  },
};

const reader = knownReader(
  scenes.map(({ picture, lines }) => ({
    picture,
    lines: lines.map((text, i) => ({
      text,
      confidence: 0.9,
      box: { left: 20, top: 40 * (i + 1), width: 12 * text.length, height: 20 },
    })),
  })),
);

test('given a recording of slides, a terminal, an editor and a landscape, when analysed, then its Descriptions are the golden ones', async () => {
  const video = { videoId: 'v', uri: 'file:///v.mp4', probe: { container: 'mp4', durationMs, streams: [], chapters: [] } };
  const { clips, textTimes, descriptions } = await measureFacts(
    video,
    media,
    { clipMs: 30_000, recipe: 'facts' },
    () => undefined,
    signal,
  );
  const texts = await readScreenText(
    { ...video, clips, textTimes },
    { decoder: media, reader },
    { languages: ['eng'], recipe: 'text' },
    () => undefined,
    signal,
  );
  golden('measured.json', `${JSON.stringify({ textTimes, descriptions, texts }, undefined, 1)}\n`);
});
