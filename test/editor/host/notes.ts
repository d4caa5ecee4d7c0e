import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { lessonUri, until } from './world.ts';

const TEXT = `# Notes\n\nSee [feeding](${lessonUri}#t=40,45).\n\nSee [heater](${lessonUri}#t=\n`;

/** The file of notes that the test wrote into the workspace. */
async function openNotes(): Promise<vscode.TextDocument> {
  const [root] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(root);
  const uri = vscode.Uri.joinPath(root.uri, 'notes.md');
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(TEXT));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

check('given a link in a note, when shown, then it opens its moment and quotes its speech', async () => {
  const { uri } = await openNotes();
  const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
    'vscode.executeLinkProvider',
    uri,
  );
  const [ours] = links.filter(({ target }) => target?.scheme === 'command');
  assert.equal(ours?.target?.path, 'goldfish.openAt');
  assert.deepEqual(JSON.parse(ours?.target?.query ?? ''), [`${lessonUri}#t=40,45`]);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    ours?.range.start,
  );
  const text = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value));
  assert.match(text.join('\n'), /axolotl eats earthworms/);
});

check('given words, when symbols are searched, then moments open in our player', async () => {
  const found = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
    'vscode.executeWorkspaceSymbolProvider',
    'heater degrees',
  );
  assert.match(found.map(({ name }) => name).join('\n'), /0:\d\d The heater keeps the water/);
  const [first] = found;
  assert.ok(first);
  assert.match(first.location.uri.fragment, /^t=\d/);
  const shown = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  // As the list of symbols opens what is chosen in it.
  await vscode.commands.executeCommand('vscode.open', first.location.uri);
  await until(vscode.window.tabGroups.onDidChangeTabs, () => {
    const input = shown();
    return input instanceof vscode.TabInputCustom && input.viewType === 'goldfish.moment';
  });
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

check('given a link that is being typed, when completed, then moments are offered', async () => {
  const { uri } = await openNotes();
  const line = TEXT.split('\n')[4] ?? '';
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    uri,
    new vscode.Position(4, line.length),
  );
  const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  assert.match(labels.join('\n'), /^0:01 Welcome to the aquarium[\s\S]*^0:40 The axolotl eats earthworms/m);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});
