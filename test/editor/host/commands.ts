import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { contributed, extension, lessonUri } from './world.ts';

check('given the extension, when activated, then it is active within a reported time', async () => {
  assert.equal(extension().isActive, false);
  const modules = createRequire(__filename);
  const path = join(extension().extensionPath, 'extension.cjs');
  const timed = (work: () => unknown) => {
    const started = performance.now();
    work();
    return `${(performance.now() - started).toFixed(0)} ms`;
  };
  // What the host does first; it finds the module read already, and ours in the place of its `activate`.
  const read = timed(() => modules(path));
  const entry = modules.cache[modules.resolve(path)];
  assert.ok(entry);
  const { activate } = entry.exports;
  let activated = '';
  entry.exports = {
    activate(context: unknown) {
      activated = timed(() => activate(context));
    },
  };
  await extension().activate();
  assert.equal(extension().isActive, true);
  assert.notEqual(activated, '');
  return `read in ${read}, activated in ${activated}`;
});

check('given commands in the manifest, then each is registered and has a translated title', async () => {
  const known = new Set(await vscode.commands.getCommands(true));
  const missing = contributed('commands').filter(({ command }: { command: string }) => !known.has(command));
  assert.deepEqual(missing, []);
  const titles = contributed('commands').map(({ title }: { title: string | { value: string } }) =>
    typeof title === 'string' ? title : title.value,
  );
  assert.deepEqual(
    titles.filter((title: string) => title.includes('%') || title === ''),
    [],
  );
});

check('given moments, when exported, then they open as a document in each format', async () => {
  const moments = [
    { uri: lessonUri.toString(), startMs: 20_000, endMs: 25_000 },
    { uri: lessonUri.toString(), startMs: 40_000, endMs: 45_000 },
  ];
  const texts: readonly (readonly [string, RegExp])[] = [
    ['markdown', /aquarium.*#t=20,25/],
    ['vtt', /^WEBVTT[\s\S]*00:00:40.000 --> 00:00:45.000/],
    ['edl', /FCM: /],
    ['otio', /OTIO_SCHEMA/],
  ];
  for (const [format, fits] of texts) {
    await vscode.commands.executeCommand('goldfish.export', { moments, format });
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', fits);
  }
  assert.equal(vscode.window.activeTextEditor?.document.languageId, 'json');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

check('given moments, when exported as clips or as a cut, then files are written', async () => {
  const moments = [
    { uri: lessonUri.toString(), startMs: 20_000, endMs: 22_000 },
    { uri: lessonUri.toString(), startMs: 40_000, endMs: 42_000 },
  ];
  const folder = vscode.Uri.file(await mkdtemp(join(tmpdir(), 'goldfish-clips-')));
  try {
    const target = { folder: folder.toString() };
    await vscode.commands.executeCommand('goldfish.export', { moments, format: 'clips', target });
    const names = await readdir(folder.fsPath);
    assert.equal(names.length, 2);
    for (const name of names) assert.match(name, /^aquarium lesson.*\.mp4$/);
    const file = vscode.Uri.joinPath(folder, 'both.mp4');
    const cut = { file: file.toString(), force: true };
    await vscode.commands.executeCommand('goldfish.export', { moments, format: 'cut', target: cut });
    assert.ok((await stat(file.fsPath)).size > 1000);
  } finally {
    await rm(folder.fsPath, { recursive: true });
  }
});

check('given the doctor command, when run, then its report opens', async () => {
  await vscode.commands.executeCommand('goldfish.doctor');
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  assert.match(text, /LanceDB/);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

check('given a folder, when added or removed by command, then the list follows', async () => {
  const folder = vscode.Uri.joinPath(lessonUri, '..');
  const listed = async () => {
    const { folders } = await vscode.commands.executeCommand<{ folders: { uri: string }[] }>(
      'goldfish/folders/list',
    );
    return folders.map(({ uri }) => uri);
  };
  await vscode.commands.executeCommand('goldfish.addFolder', folder);
  assert.deepEqual(await listed(), [folder.toString()]);
  await vscode.commands.executeCommand('goldfish.removeFolder', folder.toString());
  assert.deepEqual(await listed(), []);
  await vscode.commands.executeCommand('goldfish.addFolder', folder);
  assert.deepEqual(await listed(), [folder.toString()]);
  // It is read anew; the checks that follow want it whole.
  await vscode.commands.executeCommand('goldfish/index', { uris: [folder.toString()], keep: true });
});
