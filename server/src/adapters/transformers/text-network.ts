import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScreenTextLine } from '../../core/media/merge-ocr-lines.ts';
import { findUnreadableLanguages } from '../../core/recognition/alphabets.ts';
import { decodeCtc } from '../../core/recognition/decode-ctc.ts';
import type { Quad } from '../../core/recognition/min-area-rect.ts';
import {
  createLineCropper,
  type NetworkInput,
  toDetectorInput,
} from '../../core/recognition/network-input.ts';
import { findTextBoxes, type TextBox } from '../../core/recognition/text-boxes.ts';
import type { Picture } from '../../ports/decoder.ts';
import { readGraphMetadata } from './graph-metadata.ts';
import type { ReadTextReply, ReadTextRequest } from './inference-messages.ts';
import type { Disposable, ModelLoader } from './loaded-model.ts';
import { openPlainGraph, type PlainGraph } from './open-session.ts';
import { findReaderLayout } from './reader-layout.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedTextReader extends Disposable {
  readonly detector: PlainGraph;
  readonly recogniser: PlainGraph;
  /** Characters that the recogniser knows, in the order of its classes. */
  readonly characters: readonly string[];
}

/** Longest side of the picture that lines are located in, px. Small type needs it; more finds no more. */
const MAX_SIDE_PX = 960;
/** Lines with a lower mean probability are misread textures. */
const MIN_CONFIDENCE = 0.5;
const READER_REMEDY =
  'Choose a folder of PP-OCR with a detector, a recogniser and its characters, or leave models.reader empty.';

/** Returns the recogniser's characters, from a text file or from the metadata of its graph. */
function readCharacters(folder: string, recogniser: string, file: string | undefined): readonly string[] {
  const text = file
    ? readFileSync(join(folder, file), 'utf8')
    : readGraphMetadata(readFileSync(join(folder, recogniser))).get('character');
  if (!text)
    throw new UnsupportedModelError(
      `${join(folder, recogniser)} does not name its characters`,
      READER_REMEDY,
    );
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

const runGraph = (graph: PlainGraph, { data, height, width }: NetworkInput) =>
  graph.run(data, [1, 3, height, width]);

async function locateLines(
  { detector }: LoadedTextReader,
  picture: Picture,
  maxSide: number,
): Promise<readonly TextBox[]> {
  const input = toDetectorInput(picture, maxSide);
  const { data, shape } = await runGraph(detector, input);
  const [, , height = input.height, width = input.width] = shape;
  return findTextBoxes({ width, height, data }, picture);
}

function toBounds(corners: Quad): ScreenTextLine['box'] {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

async function readLines(
  loaded: LoadedTextReader,
  picture: Picture,
  boxes: readonly TextBox[],
  restoresSpaces: boolean,
  onLine: () => void,
  signal: AbortSignal,
): Promise<readonly ScreenTextLine[]> {
  const cropLine = createLineCropper(picture);
  const lines: ScreenTextLine[] = [];
  for (const { corners } of boxes) {
    signal.throwIfAborted();
    const { data, shape } = await runGraph(loaded.recogniser, cropLine(corners));
    const [, steps = 0, classes = 0] = shape;
    const { text, confidence } = decodeCtc({ steps, classes, data }, loaded.characters, restoresSpaces);
    onLine();
    if (text !== '' && confidence >= MIN_CONFIDENCE) lines.push({ text, confidence, box: toBounds(corners) });
  }
  return lines;
}

/**
 * Reads a picture. With a `survey`, a smaller picture decides first: nothing is read if it shows no line, or
 * more lines than the request accepts. Calls `onLine` after each line.
 */
export async function readText(
  loaded: LoadedTextReader,
  { picture, languages, survey, restoresSpaces }: ReadTextRequest,
  onLine: () => void,
  signal: AbortSignal,
): Promise<ReadTextReply> {
  const unreadable = findUnreadableLanguages(languages, new Set(loaded.characters));
  if (survey) {
    const surveyed = await locateLines(loaded, picture, survey.maxSidePx);
    signal.throwIfAborted();
    if (surveyed.length === 0) return { crowded: false, lines: [], unreadable: [] };
    if (surveyed.length > survey.maxBoxes) return { crowded: true, lines: [], unreadable };
  }
  const boxes = await locateLines(loaded, picture, MAX_SIDE_PX);
  if (boxes.length === 0) return { crowded: false, lines: [], unreadable: [] };
  const lines = await readLines(loaded, picture, boxes, restoresSpaces, onLine, signal);
  return { crowded: false, lines, unreadable };
}

/** px */
const PROBE_WIDTH_PX = 320;
const PROBE_HEIGHT_PX = 96;
const PROBE_LINE: Quad = [
  [0, 24],
  [PROBE_WIDTH_PX - 1, 24],
  [PROBE_WIDTH_PX - 1, 72],
  [0, 72],
];

/** Draws a row of strokes, which detectors take for text, in the left or right half of a white picture. */
function drawProbe(half: 'left' | 'right'): Picture {
  const data = new Uint8Array(PROBE_WIDTH_PX * PROBE_HEIGHT_PX).fill(255);
  const firstX = half === 'left' ? 8 : PROBE_WIDTH_PX / 2;
  for (let y = 32; y < 64; y += 1)
    for (let x = firstX; x < firstX + 140; x += 1) if (x % 14 < 5) data[y * PROBE_WIDTH_PX + x] = 0;
  return { timeMs: 0, width: PROBE_WIDTH_PX, height: PROBE_HEIGHT_PX, data };
}

const recogniseProbe = ({ recogniser }: Pick<LoadedTextReader, 'recogniser'>, half: 'left' | 'right') =>
  runGraph(recogniser, createLineCropper(drawProbe(half))(PROBE_LINE));

async function loadReader(folder: string, threads: number): Promise<LoadedTextReader> {
  const layout = findReaderLayout(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  if (!layout)
    throw new UnsupportedModelError(`There is no detector or no recogniser in ${folder}`, READER_REMEDY);
  const characters = readCharacters(folder, layout.recogniser, layout.characters);
  const detector = await openPlainGraph(join(folder, layout.detector), threads);
  const recogniser = await openPlainGraph(join(folder, layout.recogniser), threads);
  return {
    detector,
    recogniser,
    characters,
    dispose: () => Promise.all([detector.dispose(), recogniser.dispose()]),
  };
}

/** Loads PP-OCR: a DBNet detector and a CTC recogniser. The self-test shows both two different pictures. */
export const READER_LOADER: ModelLoader<LoadedTextReader> = {
  async loadOn({ folder, threads }) {
    const loaded = await loadReader(folder, threads);
    // The classes are a blank, the characters and a space.
    const [, , classes = 0] = (await recogniseProbe(loaded, 'left')).shape;
    if (classes !== loaded.characters.length + 2) {
      await loaded.dispose();
      throw new UnsupportedModelError(
        `The recogniser in ${folder} has ${classes} classes, which does not fit its ${loaded.characters.length} characters`,
        READER_REMEDY,
      );
    }
    return loaded;
  },
  async runProbe(loaded) {
    const detect = async (half: 'left' | 'right') =>
      (await runGraph(loaded.detector, toDetectorInput(drawProbe(half), PROBE_WIDTH_PX))).data;
    const recognise = async (half: 'left' | 'right') => (await recogniseProbe(loaded, half)).data;
    return [
      [await detect('left'), await detect('right')],
      [await recognise('left'), await recognise('right')],
    ];
  },
};
