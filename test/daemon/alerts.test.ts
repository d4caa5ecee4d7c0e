import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import test from 'node:test';
import type { AlertEvent } from '../../server/protocol/alerts.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { render, srt, uriOf } from '../support/watched.ts';

/** A server that keeps what is posted to it, by path. */
async function inbox(): Promise<{ server: Server; url: string; next(path: string): Promise<string> }> {
  const posted: { readonly path: string; readonly body: string }[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    posted.push({ path: request.url ?? '', body });
    response.end();
    for (const wake of waiting) wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async next(path) {
      for (;;) {
        const at = posted.findIndex((each) => each.path === path);
        if (at >= 0) return posted.splice(at, 1)[0]?.body ?? '';
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
  };
}

/** Puts a `notify-send` on PATH that posts its arguments. */
function withNotifySend(box: ReturnType<typeof sandbox>, url: string): ReturnType<typeof sandbox> {
  const bin = join(box.folder, 'bin');
  mkdirSync(bin);
  const body = 'JSON.stringify(process.argv.slice(2))';
  writeFileSync(
    join(bin, 'notify-send'),
    `#!${process.execPath}\nfetch('${url}/desktop', { method: 'POST', body: ${body} });\n`,
  );
  chmodSync(join(bin, 'notify-send'), 0o755);
  return { ...box, env: { ...box.env, PATH: `${bin}${delimiter}${process.env.PATH}` } };
}

const eventsOf = (client: IndependentClient) =>
  client.notices
    .filter(({ method }) => method === 'goldfish/didMatchAlert')
    .map(({ params }) => params as unknown as AlertEvent);

test('given an alert, when new text matches, then each client, the desktop and the webhook are told once, also after a restart', async (t) => {
  const { server, url, next } = await inbox();
  t.after(() => server.close());
  const box = withNotifySend(sandbox(), url);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const at = (name: string) => join(folder, name);
  await render(at('old.mp4'), 10, 'The budget was small last year.');
  let daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  let client = await daemon.client();
  const index = () => client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await index();

  await client.result('goldfish/alerts/add', { query: 'budget -marketing', webhook: `${url}/hook` });
  const added = await goldfish(box, 'alerts', 'add', 'said:"new bridge"', '--no-desktop');
  assert.match(
    added.stdout,
    /^1 {2}budget -marketing {2}matched 0 times.*\n2 {2}said:"new bridge" .*\[no desktop notification\]$/m,
  );
  await render(at('plan.mp4'), 90);
  writeFileSync(at('plan.srt'), srt('We discuss two budgets today.'));
  await render(at('ads.mp4'), 120, 'The marketing budget is another matter.');
  await index();
  const event = JSON.parse(await next('/hook')) as AlertEvent;
  assert.deepEqual(
    {
      query: event.alert.query,
      uri: event.uri,
      count: event.count,
      texts: event.matches.map(({ text }) => text),
    },
    {
      query: 'budget -marketing',
      uri: uriOf(at('plan.mp4')),
      count: 1,
      texts: ['We discuss two budgets today.'],
    },
  );
  assert.equal(event.matches[0]?.link, `${uriOf(at('plan.mp4'))}#t=2,3.5`);
  const [, , title, body] = JSON.parse(await next('/desktop'));
  assert.equal(title, 'budget -marketing: plan.mp4 0:02');
  assert.equal(body, 'We discuss two budgets today.');
  assert.deepEqual(eventsOf(client), [event]);

  // A new name, a new description of the same rows and a restart after a crash are no news.
  renameSync(at('plan.mp4'), at('plan b.mp4'));
  renameSync(at('plan.srt'), at('plan b.srt'));
  await index();
  await client.result('goldfish/reindex', {});
  await index();
  daemon.child.kill('SIGKILL');
  await daemon.exit;
  appendFileSync(join(box.dataDir, 'alert-log.jsonl'), '{"marks":["cut sho');
  daemon = await startDaemon(box);
  client = await daemon.client();
  await client.result('goldfish/reindex', {});
  await index();
  await render(at('end.mp4'), 200, 'In the end the budget fits.');
  await index();
  assert.equal((JSON.parse(await next('/hook')) as AlertEvent).uri, uriOf(at('end.mp4')));
  assert.deepEqual(
    eventsOf(client).map(({ uri }) => uri),
    [uriOf(at('end.mp4'))],
  );

  const listed = await goldfish(box, 'alerts');
  assert.match(
    listed.stdout,
    /matched 2 times.*\n {4}end\.mp4 0:01 {2}In the end the budget fits\.\n {4}plan b\.mp4 0:02 /,
  );
  const agent = await agentOf(box);
  t.after(() => agent.close());
  const { structuredContent } = await callTool(agent, 'list_alerts', {});
  assert.equal((structuredContent as { alerts: readonly { count: number }[] }).alerts[0]?.count, 2);
  assert.match((await goldfish(box, 'alerts', 'remove', '1')).stdout, /^2 {2}/);
});

test('given an alert without words, twice, or with a webhook elsewhere, when it is added, then it is refused with what to do', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const add = (...words: readonly string[]) => goldfish(box, 'alerts', 'add', ...words);
  assert.equal((await add('budget')).code, 0);
  for (const [words, reason] of [
    [['budget'], /an alert for "budget" already/],
    [['in:meetings'], /no words/],
    [['a1', '--webhook', 'http://example.org/hook'], /not an address on this machine/],
    [['a2', '--webhook', 'http://127.0.0.1.example.org/'], /not an address on this machine/],
    [['a3', '--webhook', 'http://user@127.0.0.1/'], /not an address on this machine/],
    [['a4', '--webhook', 'https://localhost/'], /not an address on this machine/],
    [['a5', '--webhook', 'http://10.0.0.1/'], /not an address on this machine/],
  ] as const) {
    const { code, stderr } = await add(...words);
    assert.notEqual(code, 0, words.join(' '));
    assert.match(stderr, reason);
  }
  const missing = await goldfish(box, 'alerts', 'remove', '9');
  assert.match(missing.stderr, /no alert 9/);
});
