import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { AskResult } from '../../server/protocol/ask.ts';
import type { FoldersBrowseResult } from '../../server/protocol/folders.ts';
import type { HeatResult } from '../../server/protocol/heat.ts';
import type { SearchResult } from '../../server/protocol/search.ts';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoResult, VideosResult } from '../../server/protocol/videos.ts';
import type { IndexProgress } from '../../server/protocol/work.ts';
import { agentOf } from '../support/agent.ts';
import { type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { connectPage } from '../support/page-client.ts';
import { atRest, render, statusOf, statusWhen, uriOf } from '../support/watched.ts';

/** What a browser sends when its user opens an address. */
const TYPED = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'document' };

/** A daemon and a client of it, over its real socket. */
async function open(t: TestContext, box: Sandbox = sandbox()) {
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  return { box, daemon, client: await daemon.client() };
}

const cues = (lines: readonly (readonly [from: string, to: string, text: string])[]) =>
  lines.map(([from, to, text], at) => `${at + 1}\n00:00:${from} --> 00:00:${to}\n${text}\n`).join('\n');

/** Makes and indexes a video of 40 s with these subtitles. */
async function indexTalk(
  { box, client }: Awaited<ReturnType<typeof open>>,
  subtitles: string,
  name = 'talk',
): Promise<string> {
  const folder = join(box.folder, 'videos');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.mp4`);
  await render(path, 90, undefined, 40);
  writeFileSync(join(folder, `${name}.srt`), subtitles);
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true, partialResultToken: 'index' });
  return uriOf(path);
}

const TALK = cues([
  ['01,000', '03,000', 'Welcome to the workshop.'],
  ['08,000', '11,000', 'A goldfish remembers for months.'],
  ['12,500', '15,000', 'Remembering is what the lever tests.'],
  ['30,000', '33,000', 'Now the otters.'],
]);

test('given a hit of several lines, when it is found, then each line has its second and its matching words', async (t) => {
  const world = await open(t);
  const uri = await indexTalk(world, TALK);
  const { hits } = (await world.client.result('goldfish/search', {
    query: 'remember',
  })) as unknown as SearchResult;
  assert.equal(hits[0]?.uri, uri);
  const lines = hits[0]?.evidence.map(({ seekMs, text, matches = [] }) => [
    seekMs,
    matches.map(({ start, end }) => text.slice(start, end)),
  ]);
  assert.deepEqual(lines, [
    [8000, ['remembers']],
    [12_500, ['Remembering']],
  ]);
  const answer = await world.client.result('goldfish/ask', {
    question: 'How long does a goldfish remember?',
  });
  const { citations } = answer as unknown as AskResult;
  assert.deepEqual([citations[0]?.seekMs, citations[0]?.kind], [8000, 'speech']);
  assert.deepEqual(world.client.faults, []);
});

test('given a page that was opened, when the daemon ends and another starts, then its address works unasked', async (t) => {
  const first = await open(t);
  const { url, bookmark } = (await first.client.result('goldfish/page')) as { url: string; bookmark: string };
  const opened = await fetch(url, { headers: TYPED, redirect: 'manual' });
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  assert.deepEqual([opened.status, opened.headers.get('location')], [303, '/']);
  assert.ok(!JSON.stringify(await (await fetch(bookmark)).text()).includes('<html'), 'without the cookie');
  const saved = join(first.box.dataDir, 'page.json');
  if (process.platform !== 'win32') assert.equal(statSync(saved).mode & 0o777, 0o600);
  await first.client.request('goldfish/stop');
  assert.equal(await first.daemon.exit, 0);

  const second = await open(t, first.box);
  const again = await connectPage(url);
  await again.initialize();
  assert.ok((await again.result('goldfish/status')).pid);
  await again.end();
  const bookmarked = await fetch(bookmark, { headers: { ...TYPED, Cookie: cookie } });
  assert.deepEqual(
    [bookmarked.status, bookmarked.headers.get('content-type')],
    [200, 'text/html; charset=utf-8'],
  );
  assert.deepEqual(await second.client.result('goldfish/page'), { url, bookmark });
  assert.match(readFileSync(saved, 'utf8'), /"token"/);
});

test('given a video with subtitles and no models, when it is indexed, then progress counts media time and coverage says what is missing', async (t) => {
  const world = await open(t);
  const uri = await indexTalk(world, TALK);
  const { client } = world;
  const reports = client.notices
    .filter(({ method, params }) => method === '$/progress' && params.token === 'index')
    .map(({ params }) => params.value as IndexProgress);
  const last = reports.at(-1);
  assert.deepEqual([last?.mediaMs, last?.doneMs, last?.percent, last?.done], [40_000, 40_000, 100, 1]);
  for (const { percent = -1 } of reports) assert.ok(percent >= 0 && percent <= 100, String(percent));

  const known = { speech: 'known', screenText: 'known', pictures: 'missing' };
  const video = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
  assert.deepEqual([video.coverage, video.work], [known, undefined]);
  const { videos, coverage } = (await client.result('goldfish/videos', {})) as unknown as VideosResult;
  assert.deepEqual([videos[0]?.coverage, videos[0]?.work], [known, undefined]);
  assert.deepEqual(
    [coverage?.speech.known, coverage?.screenText.known, coverage?.pictures.missing],
    [1, 1, 1],
  );
  const status = await statusOf(client);
  assert.deepEqual([status.coverage, status.progress], [coverage, undefined]);
  assert.deepEqual(client.faults, []);
});

test('given work that is paused, when a video is added, then status says how far it is, and a later run finishes it', async (t) => {
  const { box, client } = await open(t);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  // Enough work that clients hear of it: status is sent a few times a second.
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const name of names) await render(join(folder, `${name}.mp4`), 90, `The otter opens walnut ${name}.`);
  await client.result('goldfish/pause');
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  const paused = await statusWhen(client, ({ work }) => work.waiting === names.length);
  assert.deepEqual(paused.progress, { mediaMs: 0, doneMs: 0, percent: 0 });
  assert.equal(paused.coverage?.speech.waiting, names.length);
  await client.result('goldfish/resume');
  const running = await client.notice(({ method, params }) => {
    const { work } = params as unknown as Status;
    return method === 'goldfish/didChangeStatus' && work.running.length > 0;
  });
  assert.ok((running.params as unknown as Status).progress !== undefined, 'work has a percentage');
  const done = await statusWhen(client, atRest);
  assert.deepEqual([done.progress, done.coverage?.speech.known], [undefined, names.length]);
});

test('given a video and a query, when its heat map is asked, then the hits are spread over its full length', async (t) => {
  const world = await open(t);
  const uri = await indexTalk(world, TALK);
  const { client } = world;
  const heatOf = async (params: object) =>
    (await client.result('goldfish/heat', { uri, ...params })) as unknown as HeatResult;
  const { heat, bucketMs, durationMs, moments } = await heatOf({ query: 'otters', buckets: 8 });
  assert.deepEqual([durationMs, bucketMs, heat.length], [40_000, 5000, 8]);
  const hot = heat.flatMap((score, at) => (score > 0 ? [at] : []));
  // The hit is the line at 30 s and its neighbour, at 12.5 s, if both fit in 30 s.
  assert.ok(hot.includes(6) && !hot.includes(0) && !hot.includes(7), String(heat));
  assert.deepEqual(
    moments.map(({ seekMs, kind, text }) => [seekMs, kind, text]),
    [[30_000, 'speech', 'Now the otters.']],
  );
  assert.equal(Math.max(...heat), moments[0]?.score);
  const nothing = await heatOf({ query: 'zebra' });
  assert.deepEqual([nothing.heat.length, Math.max(...nothing.heat), nothing.moments], [120, 0, []]);
  assert.deepEqual((await heatOf({ query: 'otters', kinds: ['caption'] })).moments, []);
  const wrong = async (params: object) =>
    (await client.request('goldfish/heat', { uri, ...params })).error?.code;
  assert.equal(await wrong({ query: ' ' }), -32012);
  assert.equal(await wrong({ query: 'otters', buckets: 0 }), -32602);
  assert.equal(await wrong({ query: 'otters', uri: `${uri}x` }), -32011);
  assert.deepEqual(client.faults, []);
});

test('given folders on disk, when a client lists them, then it gets names and counts, also for a typed ~, and nothing private', async (t) => {
  const { box, client } = await open(t);
  for (const name of ['videos/talks', 'videos/empty', '.secret/inner'])
    mkdirSync(join(box.folder, name), { recursive: true });
  await render(join(box.folder, 'videos/talks/a.mp4'), 10);
  writeFileSync(join(box.folder, 'videos/private.txt'), 'secret');
  const list = async (params: object) =>
    (await client.result('goldfish/folders/browse', params)) as unknown as FoldersBrowseResult;
  const listed = await list({ path: '~/videos/' });
  assert.deepEqual(
    listed.folders.map(({ name, count, watched }) => [name, count.videos, count.complete, watched]),
    [
      ['empty', 0, true, false],
      ['talks', 1, true, false],
    ],
  );
  assert.deepEqual([listed.folder?.uri, listed.folder?.count.videos], [uriOf(join(box.folder, 'videos')), 1]);
  assert.equal(listed.parent, uriOf(box.folder));
  assert.ok(!JSON.stringify(listed).includes('private'));

  await client.result('goldfish/folders/add', { uri: uriOf(join(box.folder, 'videos/talks')) });
  const again = await list({ uri: uriOf(join(box.folder, 'videos')) });
  assert.deepEqual(
    again.folders.map(({ watched }) => watched),
    [false, true],
  );

  // The home folder holds the data folder, which is not listed.
  const home = await list({ path: '~' });
  assert.deepEqual(
    home.folders.map(({ name }) => name).filter((name) => name === 'data' || name.startsWith('.')),
    [],
  );
  const refused = async (params: object) =>
    (await client.request('goldfish/folders/browse', params)).error?.code;
  assert.equal(await refused({ uri: uriOf(box.dataDir) }), -32012);
  assert.equal(await refused({ uri: uriOf(join(box.dataDir, 'index')) }), -32012);
  assert.equal(await refused({ path: '~/.secret' }), -32012);
  assert.equal(await refused({ path: 'videos' }), -32012);
  assert.equal(await refused({ path: '~/missing' }), -32011);
  assert.equal(await refused({ uri: uriOf(join(box.folder, 'videos/private.txt')) }), -32011);
  assert.equal(await refused({ uri: 'http://example.com/' }), -32602);
  assert.equal(await refused({ limit: 0 }), -32602);
  const agent = await agentOf(box);
  t.after(() => agent.close());
  const { tools } = await agent.listTools();
  assert.ok(
    tools.length > 0 && tools.every(({ name }) => !/folder|browse_f/.test(name)),
    'agents list no folders',
  );
  assert.deepEqual(client.faults, []);
});
