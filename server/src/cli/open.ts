import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Option } from 'commander';
import { toProgramEnvironment } from '../base/child-environment.ts';
import { fileUriToPath } from '../base/file-uri.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { installedPlayers } from './find-programs.ts';
import { parseTarget } from './hit-argument.ts';
import { pageUrl, showInBrowser } from './open-page.ts';
import { uriToDisplayPath } from './path-argument.ts';
import {
  createPlayCommand,
  PLAYERS,
  type PlaybackPosition,
  type PlayCommand,
  type Player,
  toBrowserLink,
} from './player.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { findEarlyFailure, hasScreen } from './screen.ts';

async function parseMoment(argument: string, context: CommandContext): Promise<PlaybackPosition> {
  const target = parseTarget(argument, context);
  if ('uri' in target) return target;
  const client = await context.client();
  const { uri, startMs, endMs } = await client.request('goldfish/clip', target, { signal: context.signal });
  return { uri, startMs, endMs };
}

/** Adds the file path to a moment. Throws `notFound` if the file does not exist. */
function withExistingPath(moment: PlaybackPosition): PlaybackPosition {
  const path = fileUriToPath(moment.uri);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return typeof path === 'string' ? { ...moment, path } : moment;
  }
  throw new CommandError(
    'notFound',
    `${uriToDisplayPath(moment.uri)} does not exist.`,
    'It may have moved, or its drive is not connected. "goldfish status" shows what is offline.',
  );
}

/** Returns what a file's own clock shows at its start. A file that is not indexed has a usual clock, as far as is known. */
async function findClockStart(
  { uri }: PlaybackPosition,
  context: CommandContext,
): Promise<number | undefined> {
  try {
    const client = await context.client();
    return (await client.request('goldfish/video', { uri }, { signal: context.signal })).clockStartMs;
  } catch {
    // It plays without a daemon too.
    context.signal.throwIfAborted();
    return undefined;
  }
}

/** Starts a player in a detached process, so that it outlives this command. Rejects if it fails at once. */
async function launchPlayer({ program, args }: PlayCommand, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, {
    detached: true,
    stdio: 'ignore',
    windowsHide: false,
    env: toProgramEnvironment(env),
  });
  await once(child, 'spawn');
  child.unref();
  const failure = await findEarlyFailure(child);
  if (failure !== undefined) throw new Error(`${program} ended with ${failure}`);
}

async function openInBrowser(url: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (!hasScreen(env)) throw new Error('there is no screen');
  // Loaded on demand, as in open-page.ts.
  const { apps, default: openExternally } = await import('open');
  const failure = await findEarlyFailure(await openExternally(url, { app: { name: apps.browser } }));
  if (failure !== undefined) throw new Error(`the browser ended with ${failure}`);
}

async function playMoment(
  moment: PlaybackPosition,
  command: PlayCommand | undefined,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    if (command) await launchPlayer(command, env);
    else await openInBrowser(toBrowserLink(moment), env);
  } catch (cause) {
    const remedy = hasScreen(env)
      ? 'Install mpv, VLC, ffplay or a browser. "goldfish doctor" shows what is installed.'
      : 'Run this on a machine with a screen; --print shows what would run.';
    throw new CommandError(
      'unavailable',
      `No player could be started: ${cause instanceof Error ? cause.message : cause}.`,
      remedy,
      ExitCodes.missing,
    );
  }
}

/** Tells a running daemon what was opened, for its log of searches. It plays without one too. */
async function reportOpened({ uri, startMs }: PlaybackPosition, context: CommandContext): Promise<void> {
  try {
    const client = await context.runningClient();
    await client?.request('goldfish/opened', { uri, ms: startMs }, { signal: context.signal });
  } catch {
    context.signal.throwIfAborted();
  }
}

interface OpenCommandOptions {
  readonly player?: Player;
  readonly page?: boolean;
  readonly print?: boolean;
}

/** Opens the page. Always prints the address, which the user needs if no browser can be started. */
async function openPage(
  context: CommandContext,
  moment: PlaybackPosition | undefined,
  { print }: OpenCommandOptions,
): Promise<CommandResult> {
  const url = await pageUrl(context, moment);
  const wasOpened = print !== true && (await showInBrowser(url, context.env));
  return {
    result: { url, opened: wasOpened },
    text: wasOpened || print ? url : `Open this in a browser:\n${url}`,
  };
}

export const registerOpen: RegisterCommand = (program, run) => {
  program
    .command('open')
    .argument(
      '[hit]',
      'the number of a hit in the last results, a link, a clip id, or a path (default: open the page)',
    )
    .addOption(
      new Option('--player <player>', 'use this player instead of the first one found').choices(PLAYERS),
    )
    .option('--page', 'show the hit in the browser, on the page')
    .option('--print', 'print the command or the address instead of opening it')
    .description('play a hit at its second, or show the page')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish open',
        'goldfish open 1',
        'goldfish open 1 --page',
        `goldfish open 'file:///home/ana/talk.mp4#t=83.2,97'`,
        'goldfish open --player vlc talk.mp4#t=83',
      ),
    )
    .action((argument: string | undefined, options: OpenCommandOptions) =>
      run(async (context) => {
        const moment =
          argument === undefined ? undefined : withExistingPath(await parseMoment(argument, context));
        if (moment === undefined || options.page) return openPage(context, moment, options);
        const players = installedPlayers(context.env);
        const player = createPlayCommand(moment, players, options.player)?.player;
        const isBrowser = player === undefined || player === 'browser';
        const clockStartMs = isBrowser ? await findClockStart(moment, context) : undefined;
        const command = createPlayCommand({ ...moment, clockStartMs }, players, options.player);
        if (options.player && !command) {
          throw new CommandError(
            'unavailable',
            `${options.player} is not installed, or cannot play ${uriToDisplayPath(moment.uri)}.`,
            'Install it, or leave out --player.',
            ExitCodes.missing,
          );
        }
        if (!options.print) {
          await playMoment({ ...moment, clockStartMs }, command, context.env);
          await reportOpened(moment, context);
        }
        const result = { uri: moment.uri, startMs: moment.startMs, endMs: moment.endMs, command };
        if (options.print) {
          return {
            result,
            text: command ? [command.program, ...command.args].map(sanitiseLine).join(' ') : '',
          };
        }
        const placeText = `${sanitiseLine(uriToDisplayPath(moment.uri))} at ${formatTime(moment.startMs)}`;
        return { result, text: `Playing ${placeText} in ${command?.player ?? 'the browser'}.` };
      }),
    );
};
