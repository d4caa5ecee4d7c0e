import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { uriOf } from '../support/watched.ts';

test('given a question and a length, when a reel is made, then it holds the best moments within the length, and a project file lists them', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  for (const [name, shade] of [
    ['a.mp4', 20],
    ['b.mp4', 200],
  ] as const) {
    const path = join(folder, name);
    await makeMedia(path, {
      seconds: 20,
      video: { width: 64, height: 48, fps: 10, draw: (canvas) => fill(canvas, [shade, 90, 20]) },
    });
    writeFileSync(
      path.replace('.mp4', '.vtt'),
      'WEBVTT\n\n00:03.000 --> 00:05.000\nThe bridge opens today.\n\n00:10.000 --> 00:12.000\nNobody said anything else.\n',
    );
  }
  assert.equal((await goldfish(box, 'index', folder)).code, 0);

  const plan = await goldfish(box, 'reel', 'bridge');
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /^a\.mp4 0:02-0:05 {2}The bridge opens today\.\nb\.mp4 .*\n2 moments, 0:05\n$/);
  const [video, project] = [join(box.folder, 'reel.mp4'), join(box.folder, 'reel.otio')];
  const made = await goldfish(
    box,
    'reel',
    'bridge',
    '--length',
    '4s',
    '-o',
    video,
    '--project',
    project,
    '--json',
  );
  assert.equal(made.code, 0, made.stderr);
  const { moments } = JSON.parse(made.stdout);
  assert.equal(moments.length, 1, 'the second does not fit');
  const { durationMs } = await createNodeAvDecoder().probe(uriOf(video), new AbortController().signal);
  assert.ok(Math.abs(durationMs - 2800) < 150, `${durationMs}`);
  assert.match(readFileSync(project, 'utf8'), /OTIO_SCHEMA/);
  assert.equal((await goldfish(box, 'reel', 'bridge', '-o', video)).code, 1, 'a file is not overwritten');

  const none = await goldfish(box, 'reel', 'submarine', '-o', join(box.folder, 'none.mp4'));
  assert.equal(none.code, 1);
  assert.match(none.stderr, /Nothing was found for "submarine"/);
  assert.equal(existsSync(join(box.folder, 'none.mp4')), false);
  const agent = await agentOf(box);
  t.after(() => agent.close());
  const chosen = await callTool(agent, 'choose_reel', { query: 'bridge', lengthMs: 60_000 });
  assert.equal((chosen.structuredContent as { durationMs: number }).durationMs, 5600);
});
