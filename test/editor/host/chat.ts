import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answerInChat } from '../../../client/src/chat.ts';
import type { Daemon } from '../../../client/src/daemon.ts';
import { createEditorModel } from '../../../client/src/editor-model.ts';
import { check } from './check.ts';
import { contributed, lessonUri } from './world.ts';

/** The real daemon over the extension's own session; an answer streams in pieces of four signs. */
const daemon: Pick<Daemon, 'request'> = {
  async request(method, params, { onPartial } = {}) {
    const result = await vscode.commands.executeCommand<Awaited<ReturnType<Daemon['request']>>>(
      method,
      params,
    );
    const { answer = '' } = result as { readonly answer?: string };
    for (const [delta] of answer.matchAll(/[\s\S]{1,4}/g)) onPartial?.({ delta });
    return result as never;
  },
};

/** What a turn of the chat shows: its text, the files it refers to, and commands that its links may run. */
async function turn(prompt: string, command?: string) {
  const seen = { text: '', references: [] as string[], trusted: new Set<string>() };
  const stream = {
    markdown(value: string | vscode.MarkdownString) {
      seen.text += typeof value === 'string' ? value : value.value;
      const trust = typeof value === 'string' ? undefined : value.isTrusted;
      assert.notEqual(trust, true);
      for (const one of typeof trust === 'object' ? trust.enabledCommands : []) seen.trusted.add(one);
    },
    progress: () => undefined,
    reference: (value: unknown) => void seen.references.push(String(value)),
  };
  const { token } = new vscode.CancellationTokenSource();
  await answerInChat({ prompt, command }, stream, token, daemon, createEditorModel());
  return seen;
}

check('given the chat participant, when asked, then it answers with moments that play', async () => {
  assert.equal(contributed('chatParticipants')[0]?.name, 'goldfish');
  const { text, references, trusted } = await turn('What does the axolotl eat?');
  assert.match(text, /earthworms/);
  assert.match(text, /\[aquarium lesson\\?\.mp4 0\\:\d\d\]\(command:goldfish\.openAt\?/);
  assert.deepEqual(references, [lessonUri.toString()]);
  assert.deepEqual([...trusted], ['goldfish.openAt']);
});

check('given Markdown in a video, when the chat shows it, then it is escaped', async () => {
  const { text } = await turn('filter', 'search');
  assert.match(text, /on the filter/);
  assert.doesNotMatch(text, /[^\\]\]\(command:workbench|<img/);
  assert.match((await turn('zyzzyva', 'search')).text, /Nothing found/);
});
