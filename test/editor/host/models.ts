import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { hasStandIn, standIn } from './stand-in.ts';
import { extension } from './world.ts';

check(`given "editor" as answerer, when asked, then the editor's model writes the answer`, async () => {
  if (!hasStandIn) return 'this VS Code takes no model of an extension';
  const models = await vscode.lm.selectChatModels({ vendor: 'goldfish-test' });
  assert.deepEqual(
    models.map(({ id }) => id),
    ['rote'],
  );
  const config = vscode.workspace.getConfiguration('goldfish');
  await extension().activate();
  await config.update('editorModel', 'rote', vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('goldfish.useModel', 'answerer', 'editor');
  const result = await vscode.commands.executeCommand<{ answer: string; citations: { quote: string }[] }>(
    'goldfish/ask',
    { question: 'What does the axolotl eat?' },
  );
  assert.match(standIn.asked.join('\n'), /axolotl eats earthworms on Sundays/);
  assert.equal(result.answer, 'It eats earthworms on Sundays [1].');
  assert.match(result.citations[0]?.quote ?? '', /earthworms/);
  await vscode.commands.executeCommand('goldfish.useModel', 'answerer', 'none');
  return undefined;
});
