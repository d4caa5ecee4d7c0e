import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { said, withoutDay } from '../support/notes.ts';
import { applied, type Edit, type Place, withNote } from '../support/open-note.ts';

test('given a question in a note, when it is asked again, then only its answer changes', async (t) => {
  const question = '<!-- goldfish: When are the apples picked? -->';
  const note = `# 😀\n${question}\nMine.\n`;
  const capabilities = { workspace: { applyEdit: true, workspaceEdit: { documentChanges: true } } };
  const { client, uri } = await withNote(t, note, capabilities);
  let text = note;
  let version = 1;
  const edits: { textDocument: { uri: string; version: number }; edits: Edit[] }[] = [];
  const change = (next: string) => {
    text = next;
    version += 1;
    client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
  };
  client.serves.set('workspace/applyEdit', async ({ edit }) => {
    const [first] = (edit as { documentChanges: typeof edits }).documentChanges;
    if (first === undefined || first.textDocument.version !== version) return { applied: false };
    edits.push(first);
    change(applied(text, first.edits));
    return { applied: true };
  });
  const lenses = async () =>
    (await client.result('textDocument/codeLens', { textDocument: { uri } })) as unknown as {
      range: { start: Place };
      command: { title: string; command: string; arguments: unknown[] };
    }[];
  const run = async () => {
    const [lens] = await lenses();
    assert.equal(lens?.range.start.line, text.split('\n').indexOf(question));
    const { command, arguments: given } = lens?.command ?? {};
    return client.result('workspace/executeCommand', { command, arguments: given, workDoneToken: 'r' });
  };

  assert.equal((await lenses())[0]?.command.title, 'Ask Goldfish');
  assert.deepEqual(await run(), { applied: true });
  const answered = `# 😀\n${question}\n> “${said}” \\[1\\]\n>\n> \\[1\\] [harvest \\#1.mp4 0:01-0:04](v/harvest%20%231.mp4#t=1,4)\n<!-- /goldfish -->\nMine.\n`;
  assert.equal(withoutDay(text), answered);
  const [, day = ''] = /\/goldfish (\d{4}-\d{2}-\d{2}) -->/.exec(text) ?? [];
  const title = `Answered on ${day}. Ask Goldfish again`;
  assert.equal((await lenses())[0]?.command.title, title);

  // The same answer on the same day is the same text: there is nothing to write.
  assert.deepEqual(await run(), { applied: true });
  assert.equal(edits.length, 1);
  // An answer of another day is made again, and says so.
  change(text.replace(day, '2025-01-31'));
  assert.match((await lenses())[0]?.command.title ?? '', /^Answered on 2025-01-31\. Ask Goldfish again$/);
  assert.deepEqual(await run(), { applied: true });
  assert.equal((await lenses())[0]?.command.title, title);
  assert.equal(edits.length, 2);
  // A block from before answers had a day is ours as well.
  change(answered.replace('October', 'May').replace('# 😀', '# 😀\r\nmore\r\n'));
  assert.deepEqual(await run(), { applied: true });
  assert.equal(withoutDay(text), answered.replace('# 😀', '# 😀\r\nmore\r\n'));

  // An editor that has gone on refuses, and what it has stays.
  const before = text.replace('October', 'June');
  change(before);
  client.serves.set('workspace/applyEdit', async () => ({ applied: false }));
  assert.deepEqual(await run(), { applied: false });
  client.serves.set('workspace/applyEdit', async () => {
    throw new Error('the person said no');
  });
  assert.deepEqual(await run(), { applied: false });
  assert.equal(text, before);
  await client.notice(
    ({ method, params }) => method === 'window/showMessage' && /Ask again/.test(String(params.message)),
  );
  const actions = (await client.result('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 4, character: 0 }, end: { line: 4, character: 0 } },
    context: { diagnostics: [], only: ['refactor'] },
  })) as unknown as { title: string }[];
  assert.deepEqual(
    actions.map(({ title }) => title),
    ['Ask Goldfish again: When are the apples picked?'],
  );
  const gone = await client.request('workspace/executeCommand', {
    command: 'goldfish/refreshAnswer',
    arguments: [{ uri, question: 'Not there?' }],
  });
  assert.equal(gone.error?.code, -32012);
});

test('given an editor without applyEdit, when a question is asked, then the edit is the result', async (t) => {
  const { client, folder } = await withNote(t, '');
  const uri = pathToFileURL(join(folder, 'notes.org')).href;
  const text = '# goldfish: When are the apples picked?\r\nMine.\r\n';
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'org', version: 1, text } });
  const { edit } = await client.result('workspace/executeCommand', {
    command: 'goldfish/refreshAnswer',
    arguments: [{ uri, question: 'When are the apples picked?' }],
  });
  const [only] = (edit as { changes: Record<string, Edit[]> }).changes[uri] ?? [];
  assert.deepEqual(only && { ...only, newText: withoutDay(only.newText) }, {
    range: { start: { line: 0, character: 39 }, end: { line: 0, character: 39 } },
    newText: `\r\n: “${said}” [1]\r\n- [[file:v/harvest #1.mp4::1,4][1. harvest #1.mp4 0:01-0:04]]\r\n# /goldfish`,
  });
});

test('given an indexed subtitle file, also under another name, when a question in it is asked, then nothing is written into it', async (t) => {
  const { client, folder } = await withNote(t, '', { workspace: { applyEdit: true } });
  let edits = 0;
  client.serves.set('workspace/applyEdit', async () => {
    edits += 1;
    return { applied: true };
  });
  const open = (name: string) => {
    const uri = pathToFileURL(join(folder, name)).href;
    const text = '<!-- goldfish: When are the apples picked? -->\n';
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'markdown', version: 1, text },
    });
    return uri;
  };
  for (const name of ['talk.ttml', 'talk.smi', 'talk.srv3', 'v/harvest #1.srt'])
    assert.deepEqual(await client.result('textDocument/codeLens', { textDocument: { uri: open(name) } }), []);
  linkSync(join(folder, 'v', 'harvest #1.srt'), join(folder, 'linked.md'));
  const refused = await client.request('workspace/executeCommand', {
    command: 'goldfish/refreshAnswer',
    arguments: [{ uri: open('linked.md'), question: 'When are the apples picked?' }],
  });
  assert.equal(refused.error?.code, -32012);
  assert.match(String(refused.error?.message), /linked\.md is an indexed video or its subtitles/);
  assert.equal(edits, 0);
});
