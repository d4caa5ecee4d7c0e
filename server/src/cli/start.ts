import { statSync } from 'node:fs';
import type { AskResult } from '../../protocol/ask.ts';
import type { IndexProgress, IndexResult } from '../../protocol/work.ts';
import { demoDataDir } from '../base/paths.ts';
import type { Client } from '../daemon/connect.ts';
import { formatAnswer, rememberAnswer } from './ask.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand, userCommandName } from './command.ts';
import type { CommandContext } from './context.ts';
import { demoVideosFolder, EXTRA_QUESTIONS, SAMPLE_QUESTION } from './demo.ts';
import { createTextStyler } from './format.ts';
import { formatIndexResult } from './index-videos.ts';
import { offerModelDownload } from './offer-model-download.ts';
import { toLocalUri, uriToDisplayPath } from './path-argument.ts';
import { showIndexProgress } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { findStatusChanges, toStatusSnapshot } from './status-diff.ts';
import { endDaemon } from './stop.ts';

/** Sets how long a question waits for the user's folder to be indexed. After that, indexed videos answer it. */
const INDEX_TIMEOUT_MS = 30_000;

/** Holds one run of `start`: its context, client and folders. */
interface StartRun {
  readonly context: CommandContext;
  readonly client: Client;
  readonly uris: readonly string[];
  readonly demo: boolean;
  /** Prints a line on stdout, or on stderr with `--json`. */
  printLine(line: string): void;
}

export const registerStart: RegisterCommand = (program, run) => {
  program
    .command('start')
    .argument('[folder...]', 'folders to watch (default: the demo)')
    .option('--ask <question>', 'ask this question when the videos are indexed')
    .description('index folders, ask a question and follow the indexing until Ctrl-C')
    .addHelpText(
      'after',
      formatExamples('goldfish start', 'goldfish start ~/Videos --ask "when do we ship?"'),
    )
    .action((folders: readonly string[], options: { readonly ask?: string }) =>
      run((context) => runStart(context, folders, options.ask), { demo: folders.length === 0 }),
    );
};

async function runStart(
  context: CommandContext,
  folders: readonly string[],
  questionOption?: string,
): Promise<CommandResult> {
  const demo = folders.length === 0;
  const uris = (demo ? [demoVideosFolder()] : folders).map((folder) => toFolderUri(folder, context));
  const client = await context.client({ tied: demo });
  const printLine = (line: string) => void (context.json ? context.err : context.out).write(`${line}\n`);
  const startRun: StartRun = { context, client, uris, demo, printLine };
  try {
    await addFolders(startRun);
    if (!demo) await offerModelDownload(context, client);
    const question = questionOption ?? (demo ? SAMPLE_QUESTION : undefined);
    const startResult = await indexAndAsk(startRun, question);
    await watchUntilEnd(startRun);
    return await endStart(startRun, startResult);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return await endStart(startRun, {});
  }
}

function toFolderUri(folder: string, context: CommandContext): string {
  const uri = toLocalUri(folder, context.resolvePath);
  const path = uriToDisplayPath(uri);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return uri;
  throw new CommandError(
    'notFound',
    `${path} is not a folder.`,
    'Give a folder. To index single files, use "goldfish index".',
  );
}

async function addFolders({ context, client, uris, demo, printLine }: StartRun): Promise<void> {
  const { signal } = context;
  if (demo && context.dataDir === demoDataDir()) {
    // The demo of another clone may have used this data folder.
    const { folders } = await client.request('goldfish/folders/list', {}, { signal });
    for (const { uri } of folders) {
      if (!uris.includes(uri)) await client.request('goldfish/folders/remove', { uri }, { signal });
    }
  }
  for (const uri of uris) {
    printLine(`${demo ? 'Demo folder' : 'Folder'}: ${sanitiseLine(uriToDisplayPath(uri))}`);
    await client.request('goldfish/folders/add', { uri }, { signal });
  }
}

interface StartResult {
  readonly index?: IndexResult;
  readonly answer?: AskResult;
}

async function indexAndAsk(startRun: StartRun, question: string | undefined): Promise<StartResult> {
  const { context, client, uris, printLine } = startRun;
  const progress = showIndexProgress(context.err, context.env);
  const indexing = client
    .request(
      'goldfish/index',
      { uris, keep: true },
      { signal: context.signal, onPartial: (value) => progress.show(value as IndexProgress) },
    )
    .finally(() => progress.end());
  // Indexing may fail while a question is being answered. It is always awaited below.
  indexing.catch(() => undefined);
  let answer: AskResult | undefined;
  if (
    question !== undefined &&
    !(await settlesWithin(indexing, startRun.demo ? Infinity : INDEX_TIMEOUT_MS, context.signal))
  ) {
    progress.end();
    printLine('Indexing is not finished. This answer uses the videos indexed so far.');
    answer = await askAndPrint(startRun, question);
  }
  const index = await indexing;
  printLine(formatIndexResult(index, context));
  if (question !== undefined && !answer?.grounded) answer = await askAndPrint(startRun, question);
  return { index, answer };
}

/** Returns whether the work settles, or the signal aborts, within `ms` milliseconds. */
async function settlesWithin(work: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms === Infinity) {
    await work;
    return true;
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const onSettled = () => resolve(true);
  signal.addEventListener('abort', onSettled, { once: true });
  work.then(onSettled, onSettled);
  const settled = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onSettled);
  return settled;
}

async function askAndPrint({ context, client, printLine }: StartRun, question: string): Promise<AskResult> {
  const paint = createTextStyler(context.out, context.env);
  const { signal } = context;
  const answer = await client.request('goldfish/ask', { question }, { signal });
  rememberAnswer(context.dataDir, question, answer);
  printLine(`\n${paint('bold', `? ${sanitise(question)}`)}\n${formatAnswer(answer, context)}\n`);
  return answer;
}

function printHints({ context, uris, demo, printLine }: StartRun): void {
  const command = userCommandName(context.env);
  const demoFlag = demo ? ' --demo' : '';
  if (demo) {
    printLine('Ask more in another terminal, or add a video to the folder first:');
    for (const question of EXTRA_QUESTIONS) printLine(`  ${command} ask${demoFlag} "${question}"`);
    printLine(`  ${command} open${demoFlag} 1`);
  }
  const names = uris.map((uri) => sanitiseLine(uriToDisplayPath(uri))).join(', ');
  printLine(
    `Watching ${names}. Press Ctrl-C to ${demo ? 'end the demo' : 'stop following; indexing continues'}.`,
  );
}

/** Prints the daemon's progress until the user presses Ctrl-C or the daemon ends. */
async function watchUntilEnd(startRun: StartRun): Promise<void> {
  const { context, client, printLine } = startRun;
  const { signal } = context;
  let snapshot = toStatusSnapshot(await client.request('goldfish/status', {}, { signal }));
  const stopStatus = client.onStatus((status) => {
    const changes = findStatusChanges(snapshot, status);
    snapshot = changes.snapshot;
    for (const line of changes.lines) printLine(line);
  });
  printHints(startRun);
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([aborted, client.closed]);
  stopStatus();
}

/** Ends the run. The demo's daemon ends with it; the user's own daemon keeps running. */
async function endStart(
  { context, client, demo, printLine }: StartRun,
  result: StartResult,
): Promise<CommandResult> {
  if (!context.signal.aborted) {
    throw new CommandError(
      'unavailable',
      'The daemon has ended, so no folder is watched.',
      `If you did not stop it, see its log in ${context.dataDir}/logs. Run "goldfish start" to continue.`,
      ExitCodes.daemon,
    );
  }
  if (!demo) {
    printLine(`The daemon keeps watching. Stop it with: ${userCommandName(context.env)} stop`);
    return { result };
  }
  await endDaemon(client);
  printLine('The demo has ended.');
  return { result };
}
