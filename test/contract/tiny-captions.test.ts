import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { createOpenAiCaptioner } from '../../server/src/adapters/openai/captioner.ts';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import { captionClips, captionFingerprint } from '../../server/src/indexing/stages/caption.ts';
import type { Captioner } from '../../server/src/ports/captioner.ts';
import type { OpenAiServer } from '../support/openai-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyHost } from '../support/tiny-caption-host.ts';
import { captionOf, type Scene, scenes, sceneVideo, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const SECONDS = 5;
const NAMES = ['luna', 'otto', 'mira', 'pip', 'zoe', 'felix', 'nora', 'hugo'];
const folder = tempFolder();
const decoder = createNodeAvDecoder();
const local = createTransformersCaptioner(TINY, TINY_HOST);
let server: OpenAiServer;
before(async () => {
  server = await tinyHost();
});
after(async () => {
  await local.close();
  await server.close();
});

/** Every other clip is named by what is said in it. */
function nameOf(i: number): string | undefined {
  return i % 2 === 1 ? NAMES[i % NAMES.length] : undefined;
}

function linesOf(list: readonly Scene[]): readonly Line[] {
  return list.flatMap((_, i) => {
    const name = nameOf(i);
    const startMs = i * SECONDS * 1000 + 1200;
    const text = `And now have a good look at ${name}!`;
    return name ? [{ kind: 'speech', text, startMs, endMs: startMs + 1500, source: 'track 1' } as const] : [];
  });
}

/** Renders, encodes, decodes and captions scenes; the share of captions that are right to the word. */
async function rightShare(captioner: Captioner, name: string, list: readonly Scene[], shape = {}) {
  const path = join(folder, name);
  await sceneVideo(path, list, { seconds: SECONDS, ...shape });
  const uri = pathToFileURL(path).href;
  const probe = await decoder.probe(uri, never);
  const clips = list.map((_, i) => ({ startMs: i * SECONDS * 1000, endMs: (i + 1) * SECONDS * 1000 }));
  const shares: number[] = [];
  const { descriptions, failure } = await captionClips(
    { videoId: 'v1', uri, probe, clips, lines: linesOf(list), stored: [] },
    { decoder, captioner, save: async () => undefined, turn: async () => undefined },
    { language: 'en', recipe: captionFingerprint(captioner, 'en') },
    (share) => shares.push(share),
    never,
  );
  assert.equal(failure, undefined);
  assert.equal(shares.at(-1), 1);
  assert.equal(descriptions.length, list.length);
  for (const row of descriptions) {
    assert.equal(row.describer, TINY.id);
    assert.match(row.recipe, /tiny-captioner/);
  }
  const wrong = list.flatMap((scene, i) => {
    const [line] = descriptions[i]?.lines ?? [];
    const wanted = captionOf(scene, nameOf(i));
    return line?.text === wanted ? [] : [`${wanted} | ${line?.text}`];
  });
  return { share: 1 - wrong.length / list.length, wrong: wrong.join('\n') };
}

test('given an H.264 file, when captioned, then 95 % of its captions are right, with the names in the speech', async () => {
  const { share, wrong } = await rightShare(local, 'square.mp4', scenes(42));
  assert.ok(share >= 0.95, wrong);
});

test('given a 4:3 file, when captioned, then 95 % of its captions are right', async () => {
  const { share, wrong } = await rightShare(local, 'wide.mp4', scenes(42), { width: 192, height: 144 });
  assert.ok(share >= 0.95, wrong);
});

test('given the model behind an OpenAI-compatible host, when it captions, then 95 % of the captions are right', async () => {
  const remote = createOpenAiCaptioner({
    baseUrl: server.baseUrl,
    model: TINY.id,
    keyVariable: 'NO_KEY',
    budget: TINY.budget,
    concurrency: 2,
  });
  const { share, wrong } = await rightShare(remote, 'remote.mp4', scenes(42));
  assert.ok(share >= 0.95, wrong);
  await remote.close();
});
