import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { PageState } from './states.ts';

const GAP_PX = 16;
const BACKGROUND = '#808080';

interface Placed {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Reads pictures at a common height. */
async function scaled(
  paths: readonly string[],
  height: number,
): Promise<readonly (Placed & { readonly data: Buffer })[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { data, info } = await sharp(path).resize({ height }).png().toBuffer({ resolveWithObject: true });
      return { path, data, width: info.width, height: info.height };
    }),
  );
}

/** Writes pictures side by side into one. */
async function writeRow(paths: readonly string[], target: string, height: number): Promise<void> {
  const pictures = await scaled(paths.filter(existsSync), height);
  if (pictures.length === 0) return;
  const width = pictures.reduce((sum, picture) => sum + picture.width + GAP_PX, GAP_PX);
  let left = GAP_PX;
  const layers = pictures.map(({ data, width: pictureWidth }) => {
    const layer = { input: data, left, top: GAP_PX };
    left += pictureWidth + GAP_PX;
    return layer;
  });
  const sheet = sharp({
    create: { width, height: height + 2 * GAP_PX, channels: 3, background: BACKGROUND },
  }).composite(layers);
  await (target.endsWith('.webp') ? sheet.webp({ quality: 72, effort: 5 }) : sheet.png()).toFile(target);
}

/** The width of a mock that is nearest to one of ours. */
const MOCK_WIDTHS: readonly (readonly [number, number])[] = [
  [360, 360],
  [800, 800],
  [1280, 1440],
  [1600, 1440],
];

/** Writes a picture of each state with its mock at the left: `beside/NAME-WIDTH-SCHEME.png`. */
export async function picturesBeside(
  folder: string,
  mocks: string,
  states: readonly PageState[],
): Promise<void> {
  mkdirSync(join(folder, 'beside'), { recursive: true });
  for (const { name, mock } of states)
    for (const [width, mockWidth] of MOCK_WIDTHS)
      for (const scheme of ['light', 'dark']) {
        const own = join(folder, `${name}-${width}-${scheme}.png`);
        const drawn = join(mocks, `${mock}-${mockWidth}-${scheme}.png`);
        if (!existsSync(own) || !existsSync(drawn)) continue;
        await writeRow([drawn, own], join(folder, 'beside', `${name}-${width}-${scheme}.png`), 540);
      }
  for (const scheme of ['light', 'dark']) {
    const own = join(folder, `vscode-${scheme}.png`);
    const drawn = join(mocks, `10-vscode-1440-${scheme}.png`);
    if (existsSync(own) && existsSync(drawn))
      await writeRow([drawn, own], join(folder, 'beside', `vscode-${scheme}.png`), 540);
  }
}

/** The pictures of docs/design.md: a row each, from these pictures of the run. */
const DOC_ROWS: readonly (readonly [string, readonly string[]])[] = [
  ['start', ['first-visit-1280-light', 'home-800-dark', 'home-360-light']],
  ['answer', ['answer-1280-light', 'preview-800-dark', 'typing-360-light']],
  ['watching', ['watching-1280-light', 'watching-800-dark', 'watching-360-light', 'transcript-360-light']],
  ['wide', ['watching-1600-light', 'watching-1280-light-hc']],
  ['correct', ['correct-1280-light', 'correct-800-dark']],
  ['nothing-found', ['nothing-found-1280-light', 'nothing-found-360-light']],
  ['library', ['library-1280-light', 'library-select-800-dark', 'library-360-light']],
  ['large-library', ['library-many-1280-light', 'tag-selection-800-dark', 'library-many-360-light']],
  ['dialogs', ['models-1280-light', 'keys-1280-light', 'export-360-light']],
  ['disconnected', ['disconnected-1280-light', 'disconnected-360-light']],
  ['vscode', ['vscode-light', 'vscode-dark']],
];
const DOC_HEIGHT_PX = 420;

/** The file name of the README's animation. */
export const ANIMATION = 'ask.webp';

/** Writes the pictures of docs/design.md and the animation of the README, of those that were made. */
export async function writeDocs(folder: string, docs: string): Promise<void> {
  const target = join(docs, 'design');
  mkdirSync(target, { recursive: true });
  for (const [name, pictures] of DOC_ROWS)
    await writeRow(
      pictures.map((picture) => join(folder, `${picture}.png`)),
      join(target, `${name}.webp`),
      DOC_HEIGHT_PX,
    );
  const animation = join(folder, ANIMATION);
  if (existsSync(animation)) copyFileSync(animation, join(target, ANIMATION));
}
