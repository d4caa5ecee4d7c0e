import { statSync } from 'node:fs';
import type { AskResult } from '../../protocol/ask.ts';
import type { IndexProgress, IndexResult } from '../../protocol/work.ts';
import { demoDataDir } from '../base/places.ts';
import type { Client } from '../daemon/connect.ts';
import { answerText, rememberAnswer } from './ask.ts';
import { commandName, examples, type Outcome, type Register } from './command.ts';
import type { Context } from './context.ts';
import { demoVideos, MORE_QUESTIONS, SAMPLE_QUESTION } from './demo.ts';
import { clean, cleanLine } from './escape.ts';
import { CommandError, ExitCodes } from './failure.ts';
import { offerModels } from './first-models.ts';
import { painter } from './format.ts';
import { indexedText } from './index.ts';
import { progressOn } from './progress.ts';
import { endDaemon } from './stop.ts';
import { localUri, shownPath } from './uri.ts';
import { news, toldOf } from './watching.ts';

/** How long a question about one's own folder waits for the whole folder before it is answered from what is there. */
const PATIENCE_MS = 30_000;

/** One run of `start`: who is spoken to, about which folders. */
interface Show {
  readonly context: Context;
  readonly client: Client;
  readonly uris: readonly string[];
  readonly demo: boolean;
  /** Prints a line for a person. */
  say(line: string): void;
}

export const start: Register = (program, run) => {
  program
    .command('start')
    .argument('[folder...]', 'folders to watch; the demo where absent')
    .option('--ask <question>', 'ask this once the videos are indexed')
    .description('index folders, ask a question, and go on watching until Ctrl-C')
    .addHelpText('after', examples('goldfish start', 'goldfish start ~/Videos --ask "when do we ship?"'))
    .action((folders: readonly string[], options: { readonly ask?: string }) =>
      run((context) => showFolders(context, folders, options.ask), { demo: folders.length === 0 }),
    );
};

async function showFolders(context: Context, folders: readonly string[], asked?: string): Promise<Outcome> {
  const demo = folders.length === 0;
  const uris = (demo ? [demoVideos()] : folders).map((folder) => folderUri(folder, context));
  const client = await context.client({ tied: demo });
  const say = (line: string) => void (context.json ? context.err : context.out).write(`${line}\n`);
  const show: Show = { context, client, uris, demo, say };
  try {
    await addFolders(show);
    if (!demo) await offerModels(context, client);
    const question = asked ?? (demo ? SAMPLE_QUESTION : undefined);
    const shown = await indexAndAsk(show, question);
    await watch(show);
    return await end(show, shown);
  } catch (thrown) {
    if (!context.signal.aborted) throw thrown;
    return await end(show, {});
  }
}

function folderUri(folder: string, context: Context): string {
  const uri = localUri(folder, context.path);
  const path = shownPath(uri);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return uri;
  throw new CommandError(
    'notFound',
    `${path} is not a folder.`,
    '"start" takes folders; "index" takes files too.',
  );
}

async function addFolders({ context, client, uris, demo, say }: Show): Promise<void> {
  const { signal } = context;
  if (demo && context.dataDir === demoDataDir()) {
    // Another clone's demo may have used this data folder before.
    const { folders } = await client.request('goldfish/folders/list', {}, { signal });
    for (const { uri } of folders) {
      if (!uris.includes(uri)) await client.request('goldfish/folders/remove', { uri }, { signal });
    }
  }
  for (const uri of uris) {
    say(`${demo ? 'Demo folder' : 'Folder'}: ${cleanLine(shownPath(uri))}`);
    await client.request('goldfish/folders/add', { uri }, { signal });
  }
}

interface Shown {
  readonly index?: IndexResult;
  readonly answer?: AskResult;
}

async function indexAndAsk(show: Show, question: string | undefined): Promise<Shown> {
  const { context, client, uris, say } = show;
  const progress = progressOn(context.err, context.env);
  const whole = client
    .request(
      'goldfish/index',
      { uris, keep: true },
      { signal: context.signal, onPartial: (value) => progress.show(value as IndexProgress) },
    )
    .finally(() => progress.end());
  // It may fail while a question is being answered; it is awaited below in any case.
  whole.catch(() => undefined);
  let answer: AskResult | undefined;
  if (
    question !== undefined &&
    !(await settlesWithin(whole, show.demo ? Infinity : PATIENCE_MS, context.signal))
  ) {
    progress.end();
    say('Not all is indexed yet; this is from what is there so far.');
    answer = await ask(show, question);
  }
  const index = await whole;
  say(indexedText(index, context));
  if (question !== undefined && !answer?.grounded) answer = await ask(show, question);
  return { index, answer };
}

/** Whether the work settles before the time is over; throws the signal's reason where that comes first. */
async function settlesWithin(work: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms === Infinity) {
    await work;
    return true;
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const stop = () => resolve(true);
  signal.addEventListener('abort', stop, { once: true });
  work.then(stop, stop);
  const settled = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  return settled;
}

async function ask({ context, client, say }: Show, question: string): Promise<AskResult> {
  const paint = painter(context.out, context.env);
  const { signal } = context;
  const answer = await client.request('goldfish/ask', { question }, { signal });
  rememberAnswer(context.dataDir, question, answer);
  say(`\n${paint('bold', `? ${clean(question)}`)}\n${answerText(answer, context)}\n`);
  return answer;
}

function hints({ context, uris, demo, say }: Show): void {
  const command = commandName(context.env);
  const where = demo ? ' --demo' : '';
  if (demo) {
    say('Ask more from another terminal, or drop a video into the folder first:');
    for (const question of MORE_QUESTIONS) say(`  ${command} ask${where} "${question}"`);
    say(`  ${command} open${where} 1`);
  }
  const names = uris.map((uri) => cleanLine(shownPath(uri))).join(', ');
  say(`Watching ${names}. Ctrl-C ends ${demo ? 'the demo' : 'this view, not the watching'}.`);
}

/** Tells what the daemon does until the user has enough, or the daemon has ended. */
async function watch(show: Show): Promise<void> {
  const { context, client, say } = show;
  const { signal } = context;
  let told = toldOf(await client.request('goldfish/status', {}, { signal }));
  const stop = client.onStatus((status) => {
    const next = news(told, status);
    told = next.told;
    for (const line of next.lines) say(line);
  });
  hints(show);
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([enough, client.closed]);
  stop();
}

/** The demo's daemon ends with it; one's own goes on. */
async function end({ context, client, demo, say }: Show, result: Shown): Promise<Outcome> {
  if (!context.signal.aborted) {
    throw new CommandError(
      'unavailable',
      'The daemon has ended, so nothing is watched any more.',
      `If nobody stopped it, its log in ${context.dataDir} says why. Start again with "start".`,
      ExitCodes.daemon,
    );
  }
  if (!demo) {
    say(`The daemon goes on watching. Stop it with: ${commandName(context.env)} stop`);
    return { result };
  }
  await endDaemon(client);
  say('The demo has ended.');
  return { result };
}
