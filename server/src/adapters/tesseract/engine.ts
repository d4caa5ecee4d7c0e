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

/** A picture with fewer text tiles than this contains no word. */
const MIN_TILES = 3;
/** Small type is enlarged for the engine: pictures narrower than `px` are scaled by `factor`. */
const ENLARGEMENT_STEPS = [
  { px: 1000, factor: 2 },
  { px: 1600, factor: 1.5 },
];
/** Set explicitly, or the engine guesses a value and reports it on stderr. */
const DOTS_PER_INCH = '120';

/** The engine or its language data failed to load. Partly loaded state goes away only with the process. */
export class OcrEngineError extends Error {}

export interface OcrEngine {
  read(
    picture: Picture,
    languages: readonly LanguageData[],
    signal: AbortSignal,
  ): Promise<readonly ScreenTextLine[]>;
}

/** Encodes as a portable grey map, the format that the engine reads fastest. */
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

/**
 * Starts a worker. The engine needs all languages in one folder, but each package has its own, so several are
 * copied.
 */
async function startWorker(languages: readonly LanguageData[]): Promise<Worker> {
  const [first] = languages;
  if (!first) throw new Error('no language given');
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
        // Without a handler the failure would be thrown where nobody can catch it.
        errorHandler: (reason: unknown) => rejectFailure(new OcrEngineError(String(reason))),
      },
    );
    const startedWorker = await Promise.race([worker, failure]);
    await startedWorker.setParameters({
      tessedit_pageseg_mode: PSM.AUTO,
      user_defined_dpi: DOTS_PER_INCH,
      // The input has dark text on white. Trying the inverse of doubtful lines would waste time.
      tessedit_do_invert: '0',
    });
    failure.catch(() => undefined);
    return startedWorker;
  } finally {
    if (sharedFolder) await rm(sharedFolder, { recursive: true, force: true });
  }
}

/**
 * Creates an engine with one Tesseract worker for the languages requested last. It reads one picture at a
 * time.
 */
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
      const factor = ENLARGEMENT_STEPS.find(({ px }) => picture.width < px)?.factor ?? 1;
      const page = upscaleImage(binarise(grey, tiles), factor);
      const wantedLanguages = languages.map(({ folder }) => folder).join('\n');
      if (wantedLanguages !== loadedLanguages) await endWorker();
      worker ??= await startWorker(languages);
      loadedLanguages = wantedLanguages;
      signal.throwIfAborted();
      // A recognition can only be stopped by ending the engine, which restarts quickly.
      const abortion = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => endWorker().then(() => reject(signal.reason)), { once: true });
      });
      const { data } = await Promise.race([
        worker.recognize(toPortableGreyMap(page), {}, { text: false, blocks: true }),
        abortion,
      ]);
      return toOcrLines(data.blocks ?? [], factor);
    },
  };
}
