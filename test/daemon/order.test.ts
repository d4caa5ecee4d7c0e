import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { makeMedia } from '../support/make-media.ts';
import { slide } from '../support/screen-pictures.ts';
import { atRest, hitsOf, render, search, srt, statusOf, statusWhen, uriOf } from '../support/watched.ts';

/** Stages that were done, in order, as the log tells: `facts one.mp4`. */
function stagesDone(client: IndependentClient): readonly string[] {
  return client.notices.flatMap(({ method, params }) => {
    const match = /^stage done .*stage=(\w+) uri=\S*\/(\S+)/.exec(String(params.message ?? ''));
    return method === 'window/logMessage' && match ? [`${match[1]} ${match[2]}`] : [];
  });
}

test('given a folder, when indexed, then names and subtitles come first, newest first, and an opened video goes ahead', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const words = ['apple', 'birch', 'cedar', 'daisy', 'elder'];
  for (const [n, word] of words.entries()) {
    const path = join(folder, `${word}.mp4`);
    // Long enough that the first pass over the others is not over before the pause comes.
    await render(path, n * 40, undefined, 20);
    // The first is the newest.
    const time = new Date(Date.UTC(2024, 0, 20 - n));
    utimesSync(path, time, time);
    writeFileSync(join(folder, `${word}.srt`), srt(`Here grows ${word}.`));
  }
  // One at a time, so that the order can be seen.
  await client.result('goldfish/settings/set', { key: 'work.cpuShare', value: 5 });
  await client.result('goldfish/pause');
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  assert.deepEqual(stagesDone(client), [], 'paused, nothing is done');
  await client.result('goldfish/resume');
  // The first pass is at work: names and subtitles of all are found already, and the oldest is asked for.
  await client.notice(() => stagesDone(client).some((done) => done.startsWith('facts')));
  await client.result('goldfish/pause');
  const doneAtPause = stagesDone(client).filter((stage) => stage.startsWith('facts'));
  assert.ok(!doneAtPause.includes('facts elder.mp4'), 'the oldest comes last');
  // What the first pass found may still be on its way to the disk.
  for (const word of words) await hitsOf(client, word, (hits) => hits.length === 1);
  const oldest = uriOf(join(folder, 'elder.mp4'));
  await client.result('goldfish/video', { uri: oldest });
  await client.result('goldfish/resume');
  await statusWhen(client, atRest);
  const done = stagesDone(client);
  const deep = done.filter((stage) => stage.startsWith('facts'));
  const before = done.slice(0, done.indexOf(String(deep[0])));
  for (const word of words) {
    for (const stage of ['probe', 'cues', 'passages'])
      assert.ok(before.includes(`${stage} ${word}.mp4`), `${stage} ${word}`);
  }
  assert.equal(deep[0], 'facts apple.mp4');
  assert.equal(deep.length, 5);
  // What runs goes on; the last one opened comes next.
  assert.ok(deep.indexOf('facts elder.mp4') <= doneAtPause.length + 1, `it jumped ahead: ${deep.join(', ')}`);
  assert.deepEqual(client.faults, []);
});

test('given kill -9 at each stage, when the daemon starts again, then indexing completes and no clip is lost or doubled', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const words = ['apple', 'birch', 'cedar', 'daisy'];
  const { picture, lines } = slide();
  for (const [n, word] of words.entries()) {
    const path = join(folder, `${word}.mp4`);
    await makeMedia(path, {
      seconds: 4,
      video: {
        ...{ width: picture.width, height: picture.height, fps: 1 },
        draw: (canvas) => {
          canvas.data.set(picture.data);
          canvas.data.fill(n * 60, 0, picture.width * 60);
        },
      },
      subtitles: [{ codec: 'mov_text', cues: [{ startMs: 1000, endMs: 2500, text: `Here grows ${word}.` }] }],
    });
    writeFileSync(join(folder, `${word}.srt`), srt(`Nobody eats ${word}berries.`));
  }
  const moments = ['disk ', 'stage=probe', 'stage=cues', 'stage=passages', 'stage=facts', 'stage=screenText'];
  for (const moment of moments) {
    const daemon = await startDaemon(box);
    t.after(() => daemon.child.kill());
    const client = await daemon.client();
    const index = client.start('goldfish/index', { uris: [uriOf(folder)] });
    await client.notice(
      ({ method, params }) => method === 'window/logMessage' && String(params.message).includes(moment),
    );
    daemon.child.kill('SIGKILL');
    assert.equal(await daemon.exit, 'SIGKILL');
    assert.ok((await index.answer).error, `killed in the middle: ${moment}`);
  }
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const report = await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual([report.videos, report.clips, report.failed], [4, 4, []]);
  assert.ok(atRest(await statusOf(client)));
  for (const word of words) {
    const uri = uriOf(join(folder, `${word}.mp4`));
    for (const query of [word, `${word}berries`])
      assert.deepEqual(
        (await search(client, query)).map((hit) => hit.uri),
        [uri],
        query,
      );
    const video = (await client.result('goldfish/video', { uri })) as unknown as {
      clips: readonly { facts?: object }[];
      lines: readonly { kind: string; text: string }[];
    };
    assert.ok(video.clips.every(({ facts }) => facts !== undefined));
    const told = (kind: string) => video.lines.filter((line) => line.kind === kind).map(({ text }) => text);
    assert.deepEqual(told('speech'), [`Here grows ${word}.`, `Nobody eats ${word}berries.`]);
    const read = told('screenText').join('\n');
    for (const line of lines) assert.equal(read.split(line).length, 2, `${line} once in ${read}`);
  }
  assert.equal((await search(client, 'travel costs')).length, 4);
  assert.deepEqual(client.faults, []);
});
