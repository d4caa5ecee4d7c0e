import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from './daemon.ts';
import { connectTo, type IndependentClient } from './independent-client.ts';
import { fill, makeMedia } from './make-media.ts';
import { said } from './notes.ts';

/** A daemon with one video of five seconds, and a session with a note open beside it. */
export async function withNote(t: test.TestContext, text: string, capabilities: object = {}) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const { client } = await connectTo(box.dataDir);
  await client.initialize(undefined, { capabilities });
  const folder = join(box.folder, 'my notes');
  mkdirSync(join(folder, 'v'), { recursive: true });
  const path = join(folder, 'v', 'harvest #1.mp4');
  writeFileSync(join(folder, 'v', 'harvest #1.srt'), `1\n00:00:01,000 --> 00:00:04,000\n${said}\n`);
  await makeMedia(path, {
    seconds: 5,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  await client.result('goldfish/index', { uris: [pathToFileURL(folder).href] });
  const uri = pathToFileURL(join(folder, 'notes.md')).href;
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'markdown', version: 1, text },
  });
  t.after(() => assert.deepEqual(client.faults, []));
  return { box, daemon, client, folder, path, uri, video: pathToFileURL(path).href };
}

export interface Edit {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly newText: string;
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Edits of one document, as an editor applies them: from the last to the first. */
export function applied(text: string, edits: readonly Edit[]): string {
  const offset = ({ line, character }: Place) =>
    text
      .split('\n')
      .slice(0, line)
      .reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

export const published = (client: IndependentClient, version: number | undefined) =>
  client.notice(
    ({ method, params }) => method === 'textDocument/publishDiagnostics' && params.version === version,
  );
