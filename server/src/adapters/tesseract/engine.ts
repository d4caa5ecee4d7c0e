import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import type { LanguageData } from '../../children/reader-messages.ts';
import { binarise } from '../../core/media/binarise.ts';
import { toLumaImage, upscaleImage } from '../../core/media/luma-image.ts';
import type { ScreenTextLine } from '../../core/media/merge-ocr-lines.ts';
import { findTextRegions } from '../../core/media/text-regions.ts';
import type { Picture } from '../../ports/decoder.ts';
import { toOcrLines } from './to-ocr-lines.ts';

/** Fewer places with strokes than this hold no word. */
const MIN_TILES = 3;
/** Type of small pictures is enlarged for the engine: pictures narrower than `px` by `factor`. */
const ENLARGEMENTS = [
  { px: 1000, factor: 2 },
  { px: 1600, factor: 1.5 },
];
/** Keeps the engine from guessing it, and saying so on standard error. */
const DPI = '120';

/** The engine or the data of a language did not load; what did of it cannot be ended but with its process. */
export class OcrEngineError extends Error {}

export interface OcrEngine {
  read(
    picture: Picture,
    languages: readonly LanguageData[],
    signal: AbortSignal,
  ): Promise<readonly ScreenTextLine[]>;
}

/** Portable grey map: what the engine reads with the least work. */
function toPortableGreyMap({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8Array;
}): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
}

/** The engine takes one folder for all languages, and the packages have one each. */
async function startWorker(languages: readonly LanguageData[]): Promise<Worker> {
  const [first] = languages;
  if (!first) throw new Error('no language is given');
  const sharedFolder =
    languages.length > 1 ? await mkdtemp(join(tmpdir(), 'goldfish-languages-')) : undefined;
  try {
    if (sharedFolder) {
      for (const { code, folder } of languages) {
        const name = `${code}.traineddata.gz`;
        await copyFile(join(folder, name), join(sharedFolder, name));
      }
    }
    let rejectFailure: (reason: Error) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      rejectFailure = reject;
    });
    const worker = createWorker(
      languages.map(({ code }) => code),
      OEM.LSTM_ONLY,
      {
        langPath: sharedFolder ?? first.folder,
        cacheMethod: 'none',
        logger: () => undefined,
        // Without it a failure is thrown where nobody can catch it.
        errorHandler: (reason: unknown) => rejectFailure(new OcrEngineError(String(reason))),
      },
    );
    const started = await Promise.race([worker, failure]);
    await started.setParameters({
      tessedit_pageseg_mode: PSM.AUTO,
      user_defined_dpi: DPI,
      // It gets dark text on white: trying the inverse of every doubtful line is time lost.
      tessedit_do_invert: '0',
    });
    failure.catch(() => undefined);
    return started;
  } finally {
    if (sharedFolder) await rm(sharedFolder, { recursive: true, force: true });
  }
}

/** Keeps one tesseract worker for the languages last asked for. Reads one picture at a time. */
export function createOcrEngine(): OcrEngine {
  let worker: Worker | undefined;
  let loadedLanguages = '';

  const endWorker = async (): Promise<void> => {
    const endedWorker = worker;
    worker = undefined;
    await endedWorker?.terminate();
  };

  return {
    async read(picture, languages, signal) {
      const size = picture.width * picture.height;
      if (size === 0 || (picture.data.length !== size && picture.data.length !== size * 3)) {
        throw new Error('the picture is neither RGB nor grey');
      }
      const grey = toLumaImage(picture);
      const tiles = findTextRegions(grey);
      if (tiles.count < MIN_TILES) return [];
      const factor = ENLARGEMENTS.find(({ px }) => picture.width < px)?.factor ?? 1;
      const page = upscaleImage(binarise(grey, tiles), factor);
      const wantedLanguages = languages.map(({ folder }) => folder).join('\n');
      if (wantedLanguages !== loadedLanguages) await endWorker();
      worker ??= await startWorker(languages);
      loadedLanguages = wantedLanguages;
      signal.throwIfAborted();
      // A reading cannot be stopped but by ending the engine, which is quick to start again.
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => endWorker().then(() => reject(signal.reason)), { once: true });
      });
      const { data } = await Promise.race([
        worker.recognize(toPortableGreyMap(page), {}, { text: false, blocks: true }),
        aborted,
      ]);
      return toOcrLines(data.blocks ?? [], factor);
    },
  };
}
