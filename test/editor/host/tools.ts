import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { check } from './check.ts';
import { contributed, extension, lesson } from './world.ts';

interface Data {
  readonly data: Uint8Array;
  readonly mimeType: string;
}

const invoke = (name: string, input: object) =>
  vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });

const textOf = ({ content }: vscode.LanguageModelToolResult) =>
  content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');

check('given the tools of the manifest, then they are the registered ones', async () => {
  await extension().activate();
  const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('goldfish_'));
  assert.deepEqual(
    names.sort(),
    contributed('languageModelTools')
      .map(({ name }: { name: string }) => name)
      .sort(),
  );
});

check('given search_clips, when called, then the text has file, time, speech and a link', async () => {
  const text = textOf(await invoke('goldfish_search_clips', { query: 'axolotl earthworms', in: [lesson] }));
  assert.match(text, /aquarium lesson\.mp4 0:\d\d\]/);
  assert.match(text, /:\/\/goldfish-video\.goldfish-video\/open\?uri=file.*&t=\d+/);
  assert.match(text, /said|speech/);
  await assert.rejects(() => invoke('goldfish_search_clips', { query: '' }) as Promise<unknown>, /empty/);
});

check('given inspect_frames, when called, then it returns pictures if VS Code supports them', async () => {
  const { content } = await invoke('goldfish_inspect_frames', { video: lesson, timesMs: [1000, 30_000] });
  const pictures = content.filter((part): part is Data => (part as Partial<Data>).mimeType === 'image/jpeg');
  if (!('LanguageModelDataPart' in vscode)) {
    assert.deepEqual(pictures, []);
    return 'this VS Code passes none';
  }
  assert.deepEqual(
    pictures.map(({ data }) => [data[0], data[1]]),
    [
      [0xff, 0xd8],
      [0xff, 0xd8],
    ],
  );
  return undefined;
});

check('given browse_video with a range, when called, then its lines are there in order', async () => {
  const text = textOf(
    await invoke('goldfish_browse_video', { video: lesson, startMs: 19_000, endMs: 50_000 }),
  );
  assert.match(text, /heater keeps[\s\S]*axolotl eats/);
  assert.doesNotMatch(text, /Welcome to the aquarium/);
  await assert.rejects(() => invoke('goldfish_browse_video', { video: '/no/such.mp4' }) as Promise<unknown>);
});
