import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { until, untilDaemonHas } from './world.ts';

const settings = () => vscode.workspace.getConfiguration('goldfish');

check('given a daemon setting in the editor, then no workspace can set it', async () => {
  const known = settings().inspect('ask.clips');
  assert.equal(known?.defaultValue, 3);
  await assert.rejects(
    async () => settings().update('ask.clips', 9, vscode.ConfigurationTarget.Workspace),
    /goldfish\.ask\.clips/,
  );
});

check('given settings in the workspace, when read, then those of Goldfish are ignored', async () => {
  const at = settings().inspect('command');
  assert.equal(at?.workspaceValue, undefined);
  assert.notEqual(settings().get('command'), '/tmp/evil.mjs');
  assert.equal(settings().inspect('models.answerer')?.workspaceValue, undefined);
  assert.doesNotMatch(settings().get('models.answerer', ''), /evil/);
});

/** As any other client of the daemon may do. */
const setAtDaemon = (key: string, value: unknown) =>
  vscode.commands.executeCommand('goldfish/settings/set', { key, value });
const shown = (fits: () => boolean) => until(vscode.workspace.onDidChangeConfiguration, fits);

check('given a setting, when changed in the editor or in the daemon, then the other follows', async () => {
  await settings().update('ask.clips', 7, vscode.ConfigurationTarget.Global);
  await untilDaemonHas((all) => all['ask.clips'] === 7);
  await setAtDaemon('clips.seconds', 45);
  await shown(() => settings().get('clips.seconds') === 45);
  await setAtDaemon('clips.seconds', null);
  await shown(() => settings().get('clips.seconds') === 30);
  assert.equal(settings().inspect('clips.seconds')?.globalValue, undefined);
  // Nothing that was shown on the way was taken for a wish.
  await setAtDaemon('ask.clips', 8);
  await setAtDaemon('ask.clips', 9);
  await shown(() => settings().get('ask.clips') === 9);
  await untilDaemonHas((all) => all['ask.clips'] === 9);
});

check('given a value that the daemon refuses, when set in the editor, then it is reset', async () => {
  const seen: unknown[] = [];
  const listening = vscode.workspace.onDidChangeConfiguration(() => seen.push(settings().get('ask.clips')));
  await settings().update('ask.clips', 5000, vscode.ConfigurationTarget.Global);
  await shown(() => seen.includes(5000) && settings().get('ask.clips') === 9);
  listening.dispose();
  await untilDaemonHas((all) => all['ask.clips'] === 9);
});
