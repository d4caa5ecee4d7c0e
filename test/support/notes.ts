import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, goldfish, type Sandbox } from './daemon.ts';
import { fill, makeMedia } from './make-media.ts';

export const said = 'The apples are picked in October.';

/** A folder with `harvest.mp4`, indexed, and `notes.md` with two links to it; and how an editor starts the server. */
export async function notesFor(box: Sandbox) {
  const folder = join(box.folder, 'notes');
  mkdirSync(folder);
  const path = join(folder, 'harvest.mp4');
  writeFileSync(join(folder, 'harvest.srt'), `1\n00:00:01,000 --> 00:00:04,000\n${said}\n`);
  await makeMedia(path, {
    seconds: 5,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  writeFileSync(join(folder, 'notes.md'), 'See [a](harvest.mp4#t=1,4)\nand [[harvest.mp4#t=61]].\n');
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  const command = [process.execPath, bundle, 'lsp', '--stdio', '--data-dir', box.dataDir];
  const env = { ...box.env, GOLDFISH: JSON.stringify(command) };
  return { folder, video: pathToFileURL(path).href, env };
}

/** Observations of an editor's script, one JSON line each, by name. */
export function observed(out: string): ReadonlyMap<string, unknown> {
  const lines = out.trim().split('\n');
  return new Map(
    lines.map((line) => JSON.parse(line)).map(({ name, value }): [string, unknown] => [name, value]),
  );
}
