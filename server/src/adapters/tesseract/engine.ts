import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import type { LanguageData } from '../../children/reader-messages.ts';
import { enlarge, greyOf } from '../../core/greyPicture.ts';
import { legible } from '../../core/legible.ts';
import type { ReadLine } from '../../core/screenText.ts';
import { textTiles } from '../../core/textTiles.ts';
import type { Picture } from '../../ports/decoder.ts';
import { linesOf } from './lines.ts';

/** Fewer places with strokes than this hold no word. */
const LEAST_TILES = 3;
/** Type of small pictures is enlarged for the engine: pictures narrower than `px` by `factor`. */
const ENLARGED = [
  { px: 1000, factor: 2 },
  { px: 1600, factor: 1.5 },
];
/** Keeps the engine from guessing it, and saying so on standard error. */
const DPI = '120';

/** The engine or the data of a language did not load; what did of it cannot be ended but with its process. */
export class EngineError extends Error {}

export interface Engine {
  read(
    picture: Picture,
    languages: readonly LanguageData[],
    signal: AbortSignal,
  ): Promise<readonly ReadLine[]>;
}

/** Portable grey map: what the engine reads with the least work. */
function greyMap({ width, height, data }: { width: number; height: number; data: Uint8Array }): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
}

/** The engine takes one folder for all languages, and the packages have one each. */
async function start(languages: readonly LanguageData[]): Promise<Worker> {
  const [first] = languages;
  if (!first) throw new Error('no language is given');
  const shared = languages.length > 1 ? await mkdtemp(join(tmpdir(), 'goldfish-languages-')) : undefined;
  try {
    if (shared) {
      for (const { code, folder } of languages) {
        const name = `${code}.traineddata.gz`;
        await copyFile(join(folder, name), join(shared, name));
      }
    }
    let failed: (reason: Error) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      failed = reject;
    });
    const worker = createWorker(
      languages.map(({ code }) => code),
      OEM.LSTM_ONLY,
      {
        langPath: shared ?? first.folder,
        cacheMethod: 'none',
        logger: () => undefined,
        // Without it a failure is thrown where nobody can catch it.
        errorHandler: (reason: unknown) => failed(new EngineError(String(reason))),
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
    if (shared) await rm(shared, { recursive: true, force: true });
  }
}

/** Keeps one tesseract worker for the languages last asked for. Reads one picture at a time. */
export function createEngine(): Engine {
  let worker: Worker | undefined;
  let spoken = '';

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  return {
    async read(picture, languages, signal) {
      const size = picture.width * picture.height;
      if (size === 0 || (picture.data.length !== size && picture.data.length !== size * 3)) {
        throw new Error('the picture is neither RGB nor grey');
      }
      const grey = greyOf(picture);
      const tiles = textTiles(grey);
      if (tiles.count < LEAST_TILES) return [];
      const factor = ENLARGED.find(({ px }) => picture.width < px)?.factor ?? 1;
      const page = enlarge(legible(grey, tiles), factor);
      const wanted = languages.map(({ folder }) => folder).join('\n');
      if (wanted !== spoken) await end();
      worker ??= await start(languages);
      spoken = wanted;
      signal.throwIfAborted();
      // A reading cannot be stopped but by ending the engine, which is quick to start again.
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => end().then(() => reject(signal.reason)), { once: true });
      });
      const { data } = await Promise.race([
        worker.recognize(greyMap(page), {}, { text: false, blocks: true }),
        aborted,
      ]);
      return linesOf(data.blocks ?? [], factor);
    },
  };
}
