import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { fill, makeMedia } from '../support/make-media.ts';

const said = 'The apples are picked in October.';

/** A daemon with one video of five seconds, and a session with a note open beside it. */
async function withNote(t: test.TestContext, text: string) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
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
  return { client, uri, video: pathToFileURL(path).href };
}

const published = (client: IndependentClient, version: number | undefined) =>
  client.notice(
    ({ method, params }) => method === 'textDocument/publishDiagnostics' && params.version === version,
  );

test('links of an open note: document links, hover and a time past the end', async (t) => {
  const note = [
    '# Notes 😀',
    '[a](v/harvest%20%231.mp4#t=1,4) and [[v/harvest #1.mp4#t=61]]',
    '[b](other.mp4#t=3) [c](https://example.org/a.mp4)',
  ].join('\n');
  const { client, uri, video } = await withNote(t, note);

  const first = await published(client, 1);
  const [wrong, ...others] = first.params.diagnostics as { message: string; range: object }[];
  assert.deepEqual(others, []);
  assert.equal(wrong?.message, 'The video ends at 0:05, before 1:01.');
  assert.deepEqual(wrong?.range, { start: { line: 1, character: 38 }, end: { line: 1, character: 59 } });

  const links = (await client.result('textDocument/documentLink', { textDocument: { uri } })) as unknown as {
    target: string;
    range: { start: object };
  }[];
  assert.deepEqual(
    links.map(({ target }) => target),
    [`${video}#t=1,4`, `${video}#t=61`],
  );
  assert.deepEqual(links[0]?.range.start, { line: 1, character: 4 });

  const at = (line: number, character: number) =>
    client.result('textDocument/hover', { textDocument: { uri }, position: { line, character } });
  const hover = (await at(1, 10)) as unknown as { contents: { kind: string; value: string } };
  assert.equal(hover.contents.kind, 'markdown');
  assert.match(
    hover.contents.value,
    /\*\*harvest \\#1\.mp4\*\* 0:01-0:04 of 0:05\n\n[\s\S]*said: The apples/,
  );
  assert.equal(await at(0, 3), null);
  assert.equal(await at(2, 6), null);

  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: 'no links' }],
  });
  assert.deepEqual((await published(client, 2)).params.diagnostics, []);
  assert.deepEqual(await client.result('textDocument/documentLink', { textDocument: { uri } }), []);
  client.notify('textDocument/didClose', { textDocument: { uri } });
  await published(client, undefined);
  assert.equal(await at(1, 10), null);
});

test('workspace symbols lead to seconds, and every request is a command', async (t) => {
  const { client, video } = await withNote(t, '');
  const symbols = (await client.result('workspace/symbol', { query: 'apples' })) as unknown as {
    name: string;
    location: { uri: string };
  }[];
  assert.deepEqual(
    symbols.map(({ name, location }) => [name, location.uri]),
    [[`0:01 ${said}`, `${video}#t=1,4`]],
  );
  assert.deepEqual(await client.result('workspace/symbol', { query: '' }), []);

  const run = (command: string, ...given: readonly unknown[]) =>
    client.request('workspace/executeCommand', { command, arguments: given, workDoneToken: 'w' });
  const { result } = await run('goldfish/ask', 'When are the apples picked?');
  assert.match((result as { answer: string }).answer, /October/);
  const shown = await client.notice(({ method }) => method === 'window/showMessage');
  assert.match(String(shown.params.message), /October[\s\S]*#t=1,4/);
  const kinds = client.notices
    .filter(({ method, params }) => method === '$/progress' && params.token === 'w')
    .map(({ params }) => (params.value as { kind: string }).kind);
  assert.deepEqual([kinds[0], kinds.at(-1)], ['begin', 'end']);
  const found = await run('goldfish/search', { query: 'apples', k: 1 });
  assert.equal((found.result as { hits: unknown[] }).hits.length, 1);
  assert.equal(((await run('goldfish/status')).result as { videos: number }).videos, 1);

  assert.equal((await run('rm -rf')).error?.code, -32602);
  assert.equal((await run('goldfish/ask', { question: 3 })).error?.code, -32602);
  assert.equal((await run('goldfish/ask', 'x', ['y'])).error, undefined);
});

test('completion offers videos by name and moments by what happens; subtitle files have symbols', async (t) => {
  const { client, uri } = await withNote(t, 'no link\n[x](harv\n[[apples');
  const offered = async (line: number, character: number) => {
    const { items } = await client.result('textDocument/completion', {
      textDocument: { uri },
      position: { line, character },
    });
    return (items as { textEdit: { newText: string; range: object } }[]).map(({ textEdit }) => textEdit);
  };
  assert.deepEqual(await offered(1, 8), [
    {
      newText: 'v/harvest%20%231.mp4',
      range: { start: { line: 1, character: 4 }, end: { line: 1, character: 8 } },
    },
  ]);
  assert.deepEqual(await offered(2, 8), [
    {
      newText: 'v/harvest #1.mp4#t=1,4',
      range: { start: { line: 2, character: 2 }, end: { line: 2, character: 8 } },
    },
  ]);
  assert.deepEqual(await offered(0, 4), []);

  const subtitles = uri.replace(/notes\.md$/, 'cut.srt');
  const text = `1\n00:00:01,000 --> 00:00:04,000\n${said}\n`;
  client.notify('textDocument/didOpen', {
    textDocument: { uri: subtitles, languageId: 'subrip', version: 1, text },
  });
  const of = async (method: string, document: string) =>
    (await client.result(method, { textDocument: { uri: document } })) as unknown as Record<
      string,
      unknown
    >[];
  const symbols = await of('textDocument/documentSymbol', subtitles);
  assert.deepEqual(
    symbols.map(({ name }) => name),
    [`00:00:01,000 ${said}`],
  );
  assert.deepEqual(await of('textDocument/foldingRange', subtitles), [{ startLine: 0, endLine: 2 }]);
  assert.deepEqual(await of('textDocument/documentSymbol', uri), []);
});
