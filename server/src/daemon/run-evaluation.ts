import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePictureSequence } from '../adapters/libav/node-av-picture-sequence.ts';
import { encodeJpeg } from '../adapters/sharp-jpeg.ts';
import { decodePicture } from '../adapters/sharp-picture.ts';
import { BUILD } from '../base/build.ts';
import { packageRoot } from '../base/package-root.ts';
import type { EvaluationTools } from '../evaluation/evaluation-tools.ts';

/** Frames of sets are at most this wide and high, px. Larger ones are scaled down. */
const MAX_FRAME = { width: 1280, height: 1280 };

/** Connects evaluation with the adapters that it needs. Only commands of `goldfish eval` load this module. */
export function createEvaluationTools(
  options: Pick<EvaluationTools, 'connect' | 'onProgress' | 'signal'>,
): EvaluationTools {
  return {
    ...options,
    build: BUILD,
    writePictureSequence,
    readPicture: async (path) => decodePicture(await readFile(path), MAX_FRAME),
    writeJpeg: async (picture, path) => writeFile(path, await encodeJpeg(picture)),
    tinyModelFolder: (name) => join(packageRoot(), 'models', name, 'model'),
  };
}
