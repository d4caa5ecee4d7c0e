import { createNewFolder } from '../base/new-folder.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { encodePng } from '../base/png.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { hashText } from '../core/text/hash-text.ts';
import {
  DEFAULT_SPLIT,
  type Split,
  type SplitShares,
  splitOf,
  type TrainingRow,
} from '../core/training/training-row.ts';
import { RequestError } from '../library.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Picture } from '../ports/decoder.ts';
import { assertMayWrite, outputPath, rethrowOutput } from './output.ts';

/** Version of the data set's layout; the trainer refuses others. */
const DATA_SET_VERSION = 1;

export interface WrittenDataSet {
  readonly path: string;
  readonly rows: number;
  readonly splits: Readonly<Record<Split, number>>;
}

/** A data set that is being written. Errors are RequestErrors. */
export interface TrainingFolder {
  /** Writes pictures and returns their paths in the data set. `name` is a path without extension. */
  addFrames(name: string, pictures: readonly Picture[]): Promise<readonly string[]>;
  addRows(rows: readonly TrainingRow[]): Promise<void>;
  /** Writes the description, which so exists only for complete data sets. */
  finish(facts: Readonly<Record<string, unknown>>): Promise<WrittenDataSet>;
}

export function requireCaptioner(captioner: Captioner | undefined): Captioner {
  if (captioner !== undefined) return captioner;
  throw new RequestError(
    'unavailable',
    'No captioner is set, and training rows contain the frames and the prompt of one.',
    'Run "goldfish models use captioner" with the model that you want to train.',
  );
}

/** Starts a data set in a folder that does not exist yet, or is empty. */
export async function createTrainingFolder(
  uri: Uri,
  shares: SplitShares = DEFAULT_SPLIT,
  { captioner, language, guard }: { captioner: Captioner; language: string; guard: GuardOutput },
): Promise<TrainingFolder> {
  await assertMayWrite(guard, `${uri.replace(/\/$/, '')}/dataset.json`);
  const folder = await createNewFolder(outputPath(uri)).catch(rethrowOutput(uri));
  const splits: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const write = (name: string, content: string | Uint8Array) =>
    folder.write(name, content).catch(rethrowOutput(uri));
  let digest = '';
  for (const split of Object.keys(splits)) await write(`${split}.jsonl`, '');
  return {
    async addFrames(name, pictures) {
      const paths = pictures.map((_, i) => `frames/${name}-${i}.png`);
      for (const [i, picture] of pictures.entries()) await write(paths[i] ?? '', await encodePng(picture));
      return paths;
    },
    async addRows(rows) {
      for (const row of rows) {
        const split = splitOf(row.content, shares);
        const line = `${JSON.stringify(row)}\n`;
        await folder.append(`${split}.jsonl`, line).catch(rethrowOutput(uri));
        splits[split] += 1;
        digest = hashText(digest + line);
      }
    },
    async finish(facts) {
      const { name, revision, budget } = captioner;
      const rows = splits.train + splits.validation + splits.test;
      const description = {
        version: DATA_SET_VERSION,
        captioner: { name, revision, budget },
        language,
        shares,
        digest,
        rows,
        splits,
        ...facts,
      };
      await write('dataset.json', `${JSON.stringify(description, undefined, 1)}\n`);
      return { path: folder.path, rows, splits };
    },
  };
}
