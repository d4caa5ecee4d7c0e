import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { AskResult } from '../../server/protocol/ask.ts';
import type { SearchResult } from '../../server/protocol/search.ts';
import { type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { connectPage } from '../support/page-client.ts';
import { render, uriOf } from '../support/watched.ts';

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
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
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
