import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle, type Sandbox, sandbox } from './daemon.ts';
import { endWithTests } from './started.ts';
import { render } from './watched.ts';

export const MARKET_QUESTION = 'What is in the basket?';

/** Starts `goldfish serve --openai` and resolves to its base URL. */
export async function startOpenAiApi(
  box: Sandbox,
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = endWithTests(
    spawn(
      process.execPath,
      [bundle, 'serve', '--openai', '--port', '0', '--folder', folder, '--data-dir', box.dataDir],
      { env: { ...box.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  );
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /(http:\/\/\S+\/v1)/.exec(line)?.[1];
    if (url) return url;
    lines.push(line);
  }
  throw new Error(`the server ended: ${lines.join('\n')}`);
}

/** A video in an allowed folder, one outside, and a link from the one to the other. */
export async function createMarketWorld() {
  const box = sandbox();
  const folder = join(box.folder, 'allowed');
  const outside = join(box.folder, 'outside');
  for (const path of [folder, outside]) mkdirSync(path);
  const video = join(folder, 'market.mp4');
  await render(video, 90, 'There are seven apples in the basket.');
  await render(join(outside, 'secret.mp4'), 120, 'The secret word is in the basket.');
  symlinkSync(join(outside, 'secret.mp4'), join(folder, 'link.mp4'));
  return { box, folder, outside, video };
}
