import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { SearchResult } from '../../server/protocol/search.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { render, uriOf } from '../support/watched.ts';

test('given a time after the end of a video, when a frame or a stream of it is requested, then every way refuses it and says how long the video is', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'short.mp4');
  await render(path, 90, 'The otters sleep.', 4);
  const uri = uriOf(path);
  await client.result('goldfish/index', { uris: [uriOf(folder)] });
  const { durationMs } = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
  const { hits } = (await client.result('goldfish/search', { query: 'otters' })) as unknown as SearchResult;
  const clipId = hits[0]?.clipId;
  const late = durationMs + 1;

  for (const timeMs of [0, durationMs - 1, durationMs])
    assert.equal((await client.request('goldfish/frames', { uri, timesMs: [timeMs] })).error, undefined);
  for (const timesMs of [[late], [0, late], [99_999_999]]) {
    const { error } = await client.request('goldfish/frames', { uri, timesMs });
    assert.equal(error?.data?.kind, 'invalid', timesMs.join());
    assert.match(error.message, new RegExp(`short\\.mp4 ends at ${durationMs} ms`));
    assert.notEqual(error.data.remedy, '');
  }

  const { url } = (await client.result('goldfish/page')) as { url: string };
  const routes = ['still?width=64', 'video?plays='].map(
    (route) => `${url}${route}&uri=${encodeURIComponent(uri)}`,
  );
  for (const route of routes) {
    const inside = await fetch(`${route}&ms=100`);
    assert.equal(inside.status, 200, route);
    await inside.body?.cancel();
    const outside = await fetch(`${route}&ms=${late}`);
    assert.deepEqual(
      [outside.status, outside.headers.get('content-type')],
      [400, 'text/plain; charset=utf-8'],
    );
    assert.match(await outside.text(), /ends at/);
  }

  const agent = await agentOf(box);
  t.after(() => agent.close());
  const refused = [
    { video: path, timesMs: [late] },
    { clipId, timesMs: [late] },
    { video: path, startMs: late, endMs: late + 1000 },
    { video: path, startMs: late },
    { clipId, startMs: 3000, endMs: 2000 },
  ];
  for (const input of refused) {
    const result = await callTool(agent, 'inspect_frames', input);
    assert.equal(result.isError, true, JSON.stringify(input));
    assert.match(JSON.stringify(result.content), new RegExp(String(durationMs)), JSON.stringify(input));
    assert.doesNotMatch(JSON.stringify(result.content), /image\/jpeg/);
  }
  for (const input of [
    { video: path, endMs: late + 60_000 },
    { clipId, endMs: late + 60_000 },
  ]) {
    const { structuredContent } = await callTool(agent, 'inspect_frames', { ...input, count: 4 });
    const { frames } = structuredContent as { frames: { timeMs: number }[] };
    assert.equal(frames.length, 4);
    for (const { timeMs } of frames) assert.ok(timeMs < durationMs, String(timeMs));
  }
  const resource = (timeMs: number) => `goldfish://frame/${encodeURIComponent(uri)}/${timeMs}`;
  assert.equal((await agent.readResource({ uri: resource(100) })).contents.length, 1);
  await assert.rejects(agent.readResource({ uri: resource(late) }), /ends at/);
  assert.deepEqual(client.faults, []);
});
