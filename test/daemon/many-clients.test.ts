// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { openBrowser } from '../support/browser.ts';
import { bundle, goldfish, type Sandbox, sandbox } from '../support/daemon.ts';
import { type IndependentClient, spawnServer } from '../support/independent-client.ts';
import { makeMedia, tone } from '../support/make-media.ts';
import { connectPage } from '../support/page-client.ts';
import { ask } from '../support/page-view.ts';
import { atRest, hitsOf, statusOf, statusWhen } from '../support/watched.ts';

const fruits = ['apples', 'pears', 'plums', 'quinces', 'cherries', 'figs'];
const said = (fruit: string, at: number) => `The ${fruit} are picked in week ${at + 30}.`;

/** A video of ten seconds with moving bars and a sidecar. */
async function harvest(folder: string, fruit: string, at: number): Promise<void> {
  writeFileSync(join(folder, `${fruit}.srt`), `1\n00:00:02,000 --> 00:00:05,000\n${said(fruit, at)}\n`);
  await makeMedia(join(folder, `${fruit}.mp4`), {
    seconds: 10,
    video: {
      width: 320,
      height: 180,
      draw: (canvas, timeMs) => {
        const { width, height, data } = canvas;
        const edge = Math.round((timeMs / 10_000) * width);
        for (let pixel = 0; pixel < width * height; pixel += 1)
          data.set([pixel % width < edge ? 40 * at : 220, 90, (timeMs / 40) % 255], pixel * 3);
      },
    },
    audio: { codec: 'aac', sample: tone(220 + 40 * at) },
  });
}

/** An editor's own `goldfish lsp`. */
async function editorOn({ dataDir, env }: Sandbox) {
  const editor = spawnServer(process.execPath, [bundle, 'lsp', '--stdio', '--data-dir', dataDir], env);
  await editor.client.initialize();
  editor.client.notify('initialized');
  return editor;
}

const told = (
  client: IndependentClient,
  method: string,
  fits: (params: Record<string, unknown>) => boolean,
) => client.notice((notice) => notice.method === method && fits(notice.params));

const working = (params: Record<string, unknown>) =>
  ((params.work as { running?: unknown[] }).running ?? []).length > 0;

test('given two editors, a page and an agent on one daemon, when it indexes, then all see the same videos, hits and answers', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'harvest');
  const other = join(box.folder, 'other');
  mkdirSync(folder);
  mkdirSync(other);
  await Promise.all([
    ...fruits.map((fruit, at) => harvest(folder, fruit, at)),
    harvest(other, 'walnuts', 1),
    harvest(other, 'chestnuts', 2),
  ]);

  // Both start at once, where no daemon is yet: there is one afterwards.
  const [first, second] = await Promise.all([editorOn(box), editorOn(box)]);
  const [one, two] = [first.client, second.client];
  const url = String((await one.result('goldfish/page')).url);
  const page = await connectPage(url);
  await page.initialize();
  page.notify('initialized');
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shown = await browser.newPage();
  await shown.goto(url);
  await shown.locator('#first-visit h1').waitFor();
  const agent = await agentOf(box);
  t.after(() => agent.close());
  const sessions = [one, two, page];
  const pids = await Promise.all(sessions.map(async (client) => (await statusOf(client)).pid));
  assert.equal(new Set(pids).size, 1);

  // What one adds or sets is there for all, and told to those who listen.
  const uri = pathToFileUri(folder);
  await one.result('goldfish/folders/add', { uri });
  await told(one, 'goldfish/didChangeStatus', working);
  const asked = [
    ...sessions.map((client) => client.result('goldfish/search', { query: 'picked' })),
    callTool(agent, 'search_clips', { query: 'picked' }),
  ];
  for (const answer of await Promise.all(asked)) assert.notEqual(answer.isError, true);
  assert.ok(!atRest(await statusOf(one)), 'all were answered before the work was done');

  await page.result('goldfish/settings/set', { key: 'ask.clips', value: 2 });
  for (const client of sessions) {
    await told(client, 'goldfish/didChangeStatus', working);
    await told(
      client,
      'goldfish/didChangeSettings',
      ({ settings }) => (settings as Record<string, unknown>)['ask.clips'] === 2,
    );
    const { folders } = await client.result('goldfish/folders/list');
    assert.deepEqual(
      (folders as { uri: string }[]).map((each) => each.uri),
      [uri],
    );
    const { settings } = await client.result('goldfish/settings/get', { key: 'ask.clips' });
    assert.deepEqual(settings, { 'ask.clips': 2 });
  }

  // One gives up its own work, which stops nobody else's.
  const indexing = two.start('goldfish/index', { uris: [pathToFileUri(other)], partialResultToken: 'mine' });
  await told(two, '$/progress', ({ token }) => token === 'mine');
  two.notify('$/cancelRequest', { id: indexing.id });
  assert.equal((await indexing.answer).error?.code, -32800);

  // An editor that is killed takes nothing with it.
  second.child.kill('SIGKILL');
  await second.exit;
  const left = [one, page];

  // A file that comes now turns up for all.
  await harvest(folder, 'medlars', 4);
  for (const client of left) {
    await hitsOf(client, 'medlars', (hits) => hits.length === 1);
    await told(client, 'goldfish/didChangeStatus', ({ videos }) => Number(videos) > fruits.length);
  }
  const statuses = await Promise.all(left.map((client) => statusWhen(client, atRest)));
  const third = await editorOn(box);
  t.after(() => third.client.end());
  const all = [...left, third.client];
  statuses.push(await statusOf(third.client));
  const [status, ...same] = statuses.map(({ videos, clips, work, pid }) => ({ videos, clips, work, pid }));
  assert.equal(status?.work.failed.length, 0);
  for (const each of same) assert.deepEqual(each, status);

  // The same question has one answer, whoever asks.
  const found = await Promise.all(
    all.map((client) => client.result('goldfish/search', { query: 'picked', k: 20 })),
  );
  for (const each of found.slice(1)) assert.deepEqual(each, found[0]);
  const hits = found[0]?.hits as { link: string; startMs: number }[];
  const tool = await callTool(agent, 'search_clips', { query: 'picked', limit: 20 });
  const { hits: agents } = tool.structuredContent as { hits: { link: string }[] };
  assert.deepEqual(
    agents.map(({ link }) => link),
    hits.map(({ link }) => link),
  );
  assert.ok(hits.length > fruits.length);

  const question = 'When are the medlars picked?';
  const answers = await Promise.all(all.map((client) => client.result('goldfish/ask', { question })));
  for (const each of answers.slice(1)) assert.deepEqual(each, answers[0]);
  assert.match(String(answers[0]?.answer), /week 34/);
  const answer = await callTool(agent, 'ask_videos', { question });
  assert.equal((answer.structuredContent as { answer: string }).answer, answers[0]?.answer);
  // The browser stood open all the while: it shows what the others made, and answers as they do.
  await shown.getByText(`${status?.videos} videos`).first().waitFor();
  await ask(shown, question);
  await shown.locator('.answer .cite').first().waitFor();
  assert.match((await shown.locator('.answer .text').textContent()) ?? '', /week 34/);
  const listed = await callTool(agent, 'list_videos', {});
  assert.equal((listed.structuredContent as { total: number }).total, status?.videos);

  for (const client of [...all, two]) assert.deepEqual(client.faults, []);
  await page.end();
  await one.end();
});
