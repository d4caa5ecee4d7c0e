import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from '../support/watched.ts';
import { writeSettled } from './corpus.ts';

/** Words of the subtitles. Each file says six of them, in an order of its own. */
const WORDS = [
  ...[
    'harbour',
    'meadow',
    'tunnel',
    'window',
    'orchard',
    'lantern',
    'compass',
    'violin',
    'glacier',
    'pepper',
  ],
  ...['saddle', 'thunder', 'basket', 'feather', 'marble', 'canyon', 'whistle', 'garden', 'anchor', 'copper'],
];
const WORDS_PER_FILE = 6;

/** Wrong spellings of these words, none of which is a word of a file. */
export const MISSPELT_WORDS = [
  'harbuor',
  'medow',
  'tunnle',
  'windwo',
  'orchrad',
  'latnern',
  'compas',
  'voilin',
];

/**
 * Writes tiny videos of different contents with a subtitle file each into folders of `folder`, and returns these. All
 * count as complete at once.
 */
export async function createTinyLibrary(
  folder: string,
  files: number,
  filesPerFolder: number,
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const model = join(folder, '..', 'model.mp4');
  await render(model, 90, undefined, 1);
  const bytes = readFileSync(model);
  const folders: string[] = [];
  for (let index = 0; index < files; index += 1) {
    const name = join(folder, `Part ${Math.floor(index / filesPerFolder)}`);
    if (index % filesPerFolder === 0) {
      mkdirSync(name);
      folders.push(name);
    }
    const path = join(name, `Clip ${String(index).padStart(5, '0')}`);
    writeSettled(`${path}.mp4`, Buffer.concat([bytes, toFreeBox(index)]));
    writeSettled(`${path}.srt`, Buffer.from(toSubtitles(index)));
  }
  return folders;
}

/** Returns a box that players skip (ISO/IEC 14496-12, `free`), different for each number. */
function toFreeBox(number: number): Buffer {
  const content = Buffer.from(`number ${number}`.padEnd(56));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + content.length);
  head.write('free', 4, 'latin1');
  return Buffer.concat([head, content]);
}

function toSubtitles(number: number): string {
  const words = Array.from(
    { length: WORDS_PER_FILE },
    (_, place) => WORDS[(number * (2 * place + 1) + place) % WORDS.length],
  );
  return `1\n00:00:00,100 --> 00:00:00,900\nNumber ${number} is about ${words.join(' and ')}.\n`;
}
