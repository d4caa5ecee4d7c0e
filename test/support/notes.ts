import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, goldfish, type Sandbox } from './daemon.ts';
import { fill, makeMedia } from './make-media.ts';

export const said = 'The apples are picked in October.';

const question = '<!-- goldfish: When are the apples picked? -->';

/**
 * A folder with `harvest.mp4`, indexed, and `notes.md` with two links to it, a question, and a link that is being typed;
 * and how an editor starts the server.
 */
export async function notesFor(box: Sandbox) {
  const folder = join(box.folder, 'notes');
  mkdirSync(folder);
  const path = join(folder, 'harvest.mp4');
  writeFileSync(join(folder, 'harvest.srt'), `1\n00:00:01,000 --> 00:00:04,000\n${said}\n`);
  await makeMedia(path, {
    seconds: 5,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  const notes = ['See [a](harvest.mp4#t=1,4)', 'and [[harvest.mp4#t=61]].', question, '[x](apples'];
  writeFileSync(join(folder, 'notes.md'), `${notes.join('\n')}\n`);
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  const command = [process.execPath, bundle, 'lsp', '--stdio', '--data-dir', box.dataDir];
  const env = { ...box.env, GOLDFISH: JSON.stringify(command) };
  return { folder, video: pathToFileURL(path).href, env };
}

/** The mark of an answer without its day. */
export const withoutDay = (text: string) => text.replaceAll(/(\/goldfish) \d{4}-\d{2}-\d{2}/g, '$1');

/** What `notes.md` holds, without the day of the answer, once the late link is mended and the question is asked. */
export const finished = [
  'See [a](harvest.mp4#t=1,4)',
  'and [[harvest.mp4#t=0]].',
  question,
  `> “${said}” \\[1\\]`,
  '>',
  '> \\[1\\] [harvest.mp4 0:01-0:04](harvest.mp4#t=1,4)',
  '<!-- /goldfish -->',
  '[x](apples',
];

/** Observations of an editor's script, one JSON line each, by name. */
export function observed(out: string): ReadonlyMap<string, unknown> {
  const lines = out.trim().split('\n');
  return new Map(
    lines.map((line) => JSON.parse(line)).map(({ name, value }): [string, unknown] => [name, value]),
  );
}
