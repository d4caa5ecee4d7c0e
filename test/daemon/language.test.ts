import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { said } from '../support/notes.ts';
import { applied, type Edit, type Place, published, withNote } from '../support/open-note.ts';

test('given an open note, when its links are requested, then they have targets, hovers and a warning past the end', async (t) => {
  const note = [
    '# Notes 😀',
    '[a](v/harvest%20%231.mp4#t=1,4) and [[v/harvest #1.mp4#t=61]]',
    '[b](other.mp4#t=3) [c](https://example.org/a.mp4)',
  ].join('\n');
  const { client, uri, video } = await withNote(t, note);

  const first = await published(client, 1);
  const [wrong, missing, ...others] = first.params.diagnostics as { message: string; range: object }[];
  assert.deepEqual(others, []);
  assert.match(missing?.message ?? '', /\/other\.mp4 does not exist\.$/);
  assert.deepEqual(missing?.range, { start: { line: 2, character: 4 }, end: { line: 2, character: 17 } });
  assert.equal(wrong?.message, 'This link starts at 1:01, but the video ends at 0:05.');
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

test('given an index, when symbols or commands are requested, then symbols lead to seconds and requests are commands', async (t) => {
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

test('given a link being typed, when completion is requested, then it offers videos and moments', async (t) => {
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
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [
      {
        range: { start: { line: 1, character: 4 }, end: { line: 1, character: 8 } },
        text: 'v/harvest%20%231.mp4#picked',
      },
      { range: { start: { line: 2, character: 2 }, end: { line: 2, character: 8 } }, text: 'file:harv' },
    ],
  });
  const within = await offered(1, 31);
  assert.deepEqual(
    within.map(({ newText }) => newText),
    ['v/harvest%20%231.mp4#t=1,4'],
  );
  assert.deepEqual(await offered(2, 11), [
    {
      newText: 'v/harvest #1.mp4',
      range: { start: { line: 2, character: 7 }, end: { line: 2, character: 11 } },
    },
  ]);

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

test('given links of several forms to files that do not exist, when a note is open, then each has a warning, and files that exist have none', async (t) => {
  const missing = [
    '[a](gone.mp4)',
    '[b](v/gone%20too.mkv#t=3,4)',
    '[c](<v/with spaces.mp4>)',
    '[d](file:///no/such/folder/e.mp4#t=1)',
    '[[v/gone.mp4]]',
    '[[file:gone.mp4::3]]',
    '[[elsewhere.mp4]]',
    'see v/gone.webm#t=12',
  ];
  const present = [
    '[a](v/harvest%20%231.mp4)',
    '[b](new.mp4#t=1)',
    // A wiki link names a file anywhere in the notes.
    '[[harvest #1.mp4#t=1]]',
    '[c](https://example.org/gone.mp4)',
    '[d](notes.md)',
    '`gone.mp4`',
  ];
  const { client, uri, folder } = await withNote(t, 'no link');
  writeFileSync(join(folder, 'new.mp4'), 'not indexed yet');
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: [...missing, ...present].join('\n') }],
  });
  const { diagnostics } = (await published(client, 2)).params as {
    diagnostics: { code: string; message: string; severity: number; range: { start: Place } }[];
  };
  assert.deepEqual(
    diagnostics.map(({ code, severity, range }) => [code, severity, range.start.line]),
    missing.map((_, line) => ['missing', 2, line]),
  );
  for (const { message } of diagnostics) assert.match(message, /does not exist/);
  const actions = await client.result('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 0, character: 5 }, end: { line: 0, character: 5 } },
    context: { diagnostics: [] },
  });
  assert.deepEqual(actions, []);
});

test('given a link to a file that does not exist, when quick fixes are requested, then videos with its name and moments with its words are offered', async (t) => {
  const note = [
    '[a](old/harvest%20%231.mp4#t=1,4)',
    '[[Harvset #1.MP4]]',
    '[when apples are picked](2019/DSC_0042.mp4#t=83)',
    '[[file:gone.mp4::83][the apples]]',
    '[no such words anywhere](gone.mp4)',
    'file:///no/such/folder/harvest%20%231.mkv#t=2',
  ].join('\n');
  const { client, uri, video } = await withNote(t, note);
  await published(client, 1);
  const fixesAt = async (line: number) => {
    const start = { line, character: note.split('\n')[line]?.search(/\.(mp4|mkv)/i) ?? 0 };
    const actions = (await client.result('textDocument/codeAction', {
      textDocument: { uri },
      range: { start, end: start },
      context: { diagnostics: [], only: ['quickfix'] },
    })) as unknown as { title: string; isPreferred: boolean; edit: { changes: Record<string, Edit[]> } }[];
    return actions.map(({ title, isPreferred, edit }) => {
      assert.equal(isPreferred, false, 'a guess is never applied unasked');
      return [title, applied(note, edit.changes[uri] ?? []).split('\n')[line]];
    });
  };
  assert.deepEqual(await fixesAt(0), [
    ['Change the link to v/harvest%20%231.mp4', '[a](v/harvest%20%231.mp4#t=1,4)'],
  ]);
  assert.deepEqual(await fixesAt(1), [['Change the link to v/harvest #1.mp4', '[[v/harvest #1.mp4]]']]);
  assert.deepEqual(await fixesAt(2), [
    [
      `Change the link to harvest #1.mp4 0:01: ${said}`,
      '[when apples are picked](v/harvest%20%231.mp4#t=1,4)',
    ],
  ]);
  assert.deepEqual(await fixesAt(3), [
    [`Change the link to harvest #1.mp4 0:01: ${said}`, '[[file:v/harvest #1.mp4::1,4][the apples]]'],
  ]);
  assert.deepEqual(await fixesAt(4), []);
  assert.deepEqual(await fixesAt(5), [[`Change the link to ${video}`, `${video}#t=2`]]);
});

test('given a video of several lines, when its links are hovered or completed, then lines come from the linked second on, each with its own', async (t) => {
  const { client, uri, folder } = await withNote(t, 'no link');
  const path = join(folder, 'v', 'long.mp4');
  const cue = (n: number, from: string, to: string, text: string) =>
    `${n}\n00:00:${from},000 --> 00:00:${to},000\n${text}\n`;
  writeFileSync(
    join(folder, 'v', 'long.srt'),
    [
      cue(1, '01', '06', 'Before the orchard.'),
      cue(2, '05', '08', 'The pears are green.'),
      cue(3, '09', '12', 'The pears are sold.'),
      cue(4, '14', '18', 'Good night.'),
    ].join('\n'),
  );
  await makeMedia(path, {
    seconds: 20,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [20, 90, 200]) },
  });
  await client.result('goldfish/index', { uris: [pathToFileURL(folder).href] });
  const lines = [
    '[a](v/long.mp4#t=5)',
    '[b](v/long.mp4#t=9,12)',
    '[c](v/long.mp4#t=16)',
    '[d](v/long.mp4#t=',
    '[e](v/long.mp4#t=9',
    '[f](v/long.mp4#pears',
    '[[pears',
  ];
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: lines.join('\n') }],
  });
  const hovered = async (line: number) => {
    const position = { line, character: 8 };
    const hover = await client.result('textDocument/hover', { textDocument: { uri }, position });
    const { value } = hover.contents as { value: string };
    return value.split('\n').filter((text) => text.includes('said:'));
  };
  assert.deepEqual(await hovered(0), [
    '- 0:05 said: The pears are green.',
    '- 0:09 said: The pears are sold.',
    '- 0:14 said: Good night.',
  ]);
  assert.deepEqual(await hovered(1), ['- 0:09 said: The pears are sold.']);
  assert.deepEqual(await hovered(2), ['- 0:16 said: Good night.'], 'what is being said then');
  const completed = async (line: number) => {
    const position = { line, character: lines[line]?.length ?? 0 };
    const list = await client.result('textDocument/completion', { textDocument: { uri }, position });
    return (list.items as { textEdit: { newText: string } }[])
      .map(({ textEdit }) => textEdit.newText)
      .filter((text) => text.includes('#t='))
      .map((text) => text.slice(text.indexOf('#')));
  };
  assert.deepEqual(await completed(3), ['#t=1,6', '#t=5,8', '#t=9,12', '#t=14,18']);
  assert.deepEqual(await completed(4), ['#t=9,12', '#t=14,18']);
  assert.deepEqual(await completed(5), ['#t=5,8', '#t=9,12']);
  assert.deepEqual(await completed(6), ['#t=5,8', '#t=9,12']);
});

test('given a time past the end, when the quick fix is applied, then only the time changes', async (t) => {
  const note =
    '😀 [a](v/harvest%20%231.mp4#xywh=1&t=61)\n[[file:v/harvest #1.mp4::2,90]] [ok](v/harvest%20%231.mp4#t=1,5.4)\n';
  const { client, uri } = await withNote(t, note);
  const { params } = await published(client, 1);
  const diagnostics = params.diagnostics as { message: string; code: string; range: { start: Place } }[];
  assert.deepEqual(
    diagnostics.map(({ code, message, range }) => [code, message, range.start]),
    [
      ['pastTheEnd', 'This link starts at 1:01, but the video ends at 0:05.', { line: 0, character: 7 }],
      ['pastTheEnd', 'This link ends at 1:30, but the video ends at 0:05.', { line: 1, character: 2 }],
    ],
  );
  const actions = async (line: number, only?: readonly string[]) => {
    const start = { line, character: 10 };
    const context = { diagnostics: [], ...(only ? { only } : {}) };
    const params = { textDocument: { uri }, range: { start, end: start }, context };
    return (await client.result('textDocument/codeAction', params)) as unknown as {
      title: string;
      edit: { changes: Record<string, Edit[]> };
    }[];
  };
  const all = [...(await actions(0)), ...(await actions(1, ['quickfix']))];
  assert.deepEqual(
    all.map(({ title }) => title),
    ['Change the time to 0:00', 'Change the time to 0:02-0:05'],
  );
  assert.deepEqual(await actions(0, ['source']), []);
  assert.equal(
    applied(
      note,
      all.flatMap(({ edit }) => edit.changes[uri] ?? []),
    ),
    '😀 [a](v/harvest%20%231.mp4#xywh=1&t=0)\n[[file:v/harvest #1.mp4::2,5]] [ok](v/harvest%20%231.mp4#t=1,5.4)\n',
  );
});

test('given a moved file, when its links are read, then they lead to it, and a quick fix corrects them', async (t) => {
  const note = '[a](v/harvest%20%231.mp4#t=1,4) [[v/harvest #1.mp4]]\n[b](../never.mp4#t=3)\n';
  const { box, daemon, client, folder, path, uri, video } = await withNote(t, 'no link');
  // It exists and is never indexed.
  writeFileSync(join(box.folder, 'never.mp4'), '');
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: note }],
  });
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  assert.deepEqual((await published(client, 2)).params.diagnostics, []);
  const there = join(folder, 'archive', 'picking (2026).mp4');
  mkdirSync(join(folder, 'archive'));
  renameSync(path, there);
  const now = pathToFileURL(there).href.replace(/[()]/g, decodeURIComponent);

  const moved = ({ method, params }: { method: string; params: Record<string, unknown> }) =>
    method === 'textDocument/publishDiagnostics' && (params.diagnostics as unknown[]).length > 0;
  const told = (await client.notice(moved)).params.diagnostics as { code: string; message: string }[];
  assert.deepEqual(
    told.map(({ code, message }) => [code, message]),
    Array(2).fill(['moved', `This video has moved to ${there}.`]),
  );
  const links = (await client.result('textDocument/documentLink', { textDocument: { uri } })) as unknown as {
    target: string;
  }[];
  assert.deepEqual(
    links.map(({ target }) => target),
    [`${now}#t=1,4`, now],
  );

  // A daemon that starts anew remembers where it was.
  daemon.child.kill();
  await daemon.exit;
  const later = await startDaemon(box);
  t.after(() => later.child.kill());
  const again = await later.client();
  const text = note.replace('v/harvest%20%231.mp4', video);
  again.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version: 1, text } });
  await again.notice(moved);
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  const actions = (await again.result('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [] },
  })) as unknown as { title: string; edit: { changes: Record<string, Edit[]> } }[];
  const mended = applied(
    text,
    actions.flatMap(({ edit }) => edit.changes[uri] ?? []),
  );
  assert.equal(
    mended,
    `[a](${now.replace(/[()]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}#t=1,4) [[archive/picking (2026).mp4]]\n[b](../never.mp4#t=3)\n`,
  );
  again.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: mended }],
  });
  assert.deepEqual((await published(again, 2)).params.diagnostics, []);
  // A file that somebody put there is no video that has moved.
  writeFileSync(path, 'another file');
  again.notify('textDocument/didChange', {
    textDocument: { uri, version: 3 },
    contentChanges: [{ text: note }],
  });
  assert.deepEqual((await published(again, 3)).params.diagnostics, []);
  assert.deepEqual(again.faults, []);
});

test('given an editor that shows images, when it hovers over a link, then the hover has the frame', async (t) => {
  const note = '[a](v/harvest%20%231.mp4#t=1,4) [past](v/harvest%20%231.mp4#t=61)';
  const capabilities = { general: { markdown: { parser: 'marked', version: '1.1.0' } } };
  const { client, uri } = await withNote(t, note, capabilities);
  const at = async (character: number) => {
    const position = { line: 0, character };
    const hover = await client.result('textDocument/hover', { textDocument: { uri }, position });
    return (hover.contents as { value: string }).value;
  };
  const [, data = ''] = /!\[\]\(data:image\/jpeg;base64,([A-Za-z0-9+/=]+)\)/.exec(await at(6)) ?? [];
  assert.equal(Buffer.from(data, 'base64').subarray(0, 3).toString('hex'), 'ffd8ff');
  assert.doesNotMatch(await at(45), /data:/);
});

test('given documents without a file or with broken text, when features run, then they return what is possible', async (t) => {
  const { client, video } = await withNote(t, '');
  const open = (uri: string, text: string) =>
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'markdown', version: 1, text },
    });
  const links = async (uri: string) =>
    (
      (await client.result('textDocument/documentLink', { textDocument: { uri } })) as unknown as {
        target: string;
      }[]
    ).map(({ target }) => target);
  open('untitled:Untitled-1', `[a](v/harvest%20%231.mp4#t=1) [b](${video}#t=2)`);
  assert.deepEqual(await links('untitled:Untitled-1'), [`${video}#t=2`]);
  open('file:///nowhere/at%ZZ/all.md', '[a](v/harvest%20%231.mp4#t=1)');
  assert.deepEqual(await links('file:///nowhere/at%ZZ/all.md'), []);
  const relative = `../..${new URL(video).pathname}`;
  open('file:///one/two/notes.md', `[a](${relative}#t=1) [b](${decodeURIComponent(relative)}#t=1)`);
  assert.deepEqual(await links('file:///one/two/notes.md'), [`${video}#t=1`]);
  assert.deepEqual(await links('file:///not/open.md'), []);
});

test('given a note of a megabyte with ten thousand links, when it is read, then other requests are answered meanwhile', async (t) => {
  const line = (at: number) =>
    `${at} ${'words '.repeat(11)}[x](v/harvest%20%231.mp4#t=${at % 5},${(at % 5) + 1})`;
  const note = Array.from({ length: 10_000 }, (_, at) => line(at)).join('\n');
  assert.ok(note.length > 1_000_000);
  const { client, uri } = await withNote(t, note);
  const asked = client.request('textDocument/documentLink', { textDocument: { uri } });
  let answered = 0;
  const others = async () => {
    let done = false;
    void asked.then(() => {
      done = true;
    });
    while (!done) {
      await client.result('goldfish/status');
      answered += 1;
    }
  };
  await others();
  assert.equal(((await asked).result as unknown[]).length, 10_000);
  assert.ok(answered > 3, `${answered} answers meanwhile`);
  await published(client, 1);
  // One letter at a time, by range: the text that is kept is the editor's.
  const at = { line: 9_999, character: 0 };
  for (let version = 2; version < 52; version += 1)
    client.notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: at, end: at }, text: 'y' }],
    });
  const hover = await client.result('textDocument/hover', {
    textDocument: { uri },
    position: { line: 9_999, character: note.length - note.lastIndexOf('\n') - 5 + 50 },
  });
  assert.match((hover.contents as { value: string }).value, /harvest/);
});
