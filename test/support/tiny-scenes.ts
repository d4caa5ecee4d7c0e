import { fileURLToPath } from 'node:url';
import type { LocalCaptionerModel } from '../../server/src/adapters/transformers/captioner.ts';
import type { InferenceHostOptions } from '../../server/src/adapters/transformers/inference-host.ts';
import { drawScene, type Scene } from '../../server/src/evaluation/selftest/scene.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import { makeMedia, type SubtitleSpec } from './make-media.ts';

/** The tiny captioner of models/tiny-captioner and how it is loaded in tests. */
export const TINY: LocalCaptionerModel = {
  id: 'tiny-captioner',
  revision: 'test',
  budget: { frames: 4, framePx: 32, words: 40, tokens: 20 },
  answerStyle: 'cited',
  batch: 4,
};
export const TINY_HOST: InferenceHostOptions = {
  folder: fileURLToPath(new URL('../../models/tiny-captioner/model', import.meta.url)),
  devices: ['cpu'],
  threads: 1,
  idleMs: 60_000,
};

export {
  captionOf,
  drawScene,
  type Scene,
  scenes,
  variedScenes,
} from '../../server/src/evaluation/selftest/scene.ts';

/** Frames of a scene as a decoder gives them: 32 px, at even times. */
export function framesOf(scene: Scene, count = 4): readonly Picture[] {
  return Array.from({ length: count }, (_, i) => {
    const picture = { timeMs: i * 1000, width: 32, height: 32, data: new Uint8Array(32 * 32 * 3) };
    drawScene(scene, picture, i / (count - 1));
    return picture;
  });
}

/** An H.264 file of scenes one after the other, `seconds` each; `speech` is an embedded track. */
export async function sceneVideo(
  path: string,
  list: readonly Scene[],
  {
    seconds = 5,
    width = 128,
    height = 128,
    fps = undefined as number | undefined,
    speech = [] as SubtitleSpec['cues'],
  } = {},
): Promise<void> {
  await makeMedia(path, {
    seconds: seconds * list.length,
    video: {
      codec: 'h264',
      width,
      height,
      ...(fps !== undefined && { fps }),
      draw(canvas, timeMs) {
        const at = Math.min(list.length - 1, Math.floor(timeMs / 1000 / seconds));
        const scene = list[at];
        if (scene) drawScene(scene, canvas, timeMs / 1000 / seconds - at);
      },
    },
    subtitles: speech.length > 0 ? [{ codec: 'mov_text', language: 'eng', cues: speech }] : [],
  });
}
