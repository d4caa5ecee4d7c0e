import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { lessonUri, until } from './world.ts';

const shown = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

check('given a video, when opened, then our player shows it only by our command', async () => {
  const ours = () => {
    const input = shown();
    return input instanceof vscode.TabInputCustom && input.viewType === 'goldfish.video';
  };
  await vscode.commands.executeCommand('vscode.open', lessonUri);
  await until(vscode.window.tabGroups.onDidChangeTabs, () => shown() !== undefined);
  assert.equal(ours(), false);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('goldfish.openVideo', lessonUri);
  await until(vscode.window.tabGroups.onDidChangeTabs, ours);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

check('given a link with a time, when opened, then the tab of the page opens', async () => {
  const ours = () => {
    const input = shown();
    return input instanceof vscode.TabInputWebview && input.viewType.endsWith('goldfish.page');
  };
  await vscode.commands.executeCommand('goldfish.openAt', `${lessonUri}#t=40`);
  await until(vscode.window.tabGroups.onDidChangeTabs, ours);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});
