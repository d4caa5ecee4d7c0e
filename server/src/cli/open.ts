import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { Option } from 'commander';
import openExternally, { apps } from 'open';
import { pathOfFileUri } from '../base/file-uri.ts';
import { examples, type Outcome, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { CommandError, ExitCodes } from './failure.ts';
import { clock } from './format.ts';
import { pageUrl, showInBrowser } from './page.ts';
import { linkOf, type Moment, PLAYERS, type PlayCommand, type Player, playCommand } from './player.ts';
import { installedPlayers } from './programs.ts';
import { targetOf } from './target.ts';
import { shownPath } from './uri.ts';

async function momentOf(given: string, context: Context): Promise<Moment> {
  const target = targetOf(given, context);
  if ('uri' in target) return target;
  const client = await context.client();
  const { uri, startMs, endMs } = await client.request('goldfish/clip', target, { signal: context.signal });
  return { uri, startMs, endMs };
}

/** The file behind a moment; throws where it is gone. */
function withPath(moment: Moment): Moment {
  const path = pathOfFileUri(moment.uri);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return typeof path === 'string' ? { ...moment, path } : moment;
  }
  throw new CommandError(
    'notFound',
    `${shownPath(moment.uri)} is not there.`,
    'It may have been moved, or its drive is not connected. "status" shows what is offline.',
  );
}

/** Starts a player of its own life: it goes on when we end. */
function launch({ program, args }: PlayCommand): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: false });
    child.once('error', fail);
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}

async function play(moment: Moment, command: PlayCommand | undefined): Promise<void> {
  try {
    if (command) await launch(command);
    else await openExternally(linkOf(moment), { app: { name: apps.browser } });
  } catch (cause) {
    throw new CommandError(
      'unavailable',
      `No player could be started: ${cause instanceof Error ? cause.message : cause}.`,
      'Install mpv, VLC, ffplay or a browser; "doctor" shows what is found.',
      ExitCodes.missing,
    );
  }
}

interface Options {
  readonly player?: Player;
  readonly page?: boolean;
  readonly print?: boolean;
}

/** The address is printed always: where no browser can be started it is what the person needs. */
async function openPage(context: Context, moment: Moment | undefined, { print }: Options): Promise<Outcome> {
  const url = await pageUrl(context, moment);
  const opened = print !== true && (await showInBrowser(url));
  return { result: { url, opened }, text: opened || print ? url : `Open this in a browser:\n${url}` };
}

export const open: Register = (program, run) => {
  program
    .command('open')
    .argument(
      '[hit]',
      'the number of a hit printed last, a link, a clip id, or a path; the page where absent',
    )
    .addOption(new Option('--player <player>', 'this player instead of the first found').choices(PLAYERS))
    .option('--page', 'show the hit on the page, in the browser')
    .option('--print', 'print the command, or the address, instead of opening it')
    .description('play a hit at its second, or show the page')
    .addHelpText(
      'after',
      examples(
        'goldfish open',
        'goldfish open 1',
        'goldfish open 1 --page',
        `goldfish open 'file:///home/ana/talk.mp4#t=83.2,97'`,
        'goldfish open --player vlc talk.mp4#t=83',
      ),
    )
    .action((given: string | undefined, options: Options) =>
      run(async (context) => {
        const moment = given === undefined ? undefined : withPath(await momentOf(given, context));
        if (moment === undefined || options.page) return openPage(context, moment, options);
        const command = playCommand(moment, installedPlayers(context.env), options.player);
        if (options.player && !command) {
          throw new CommandError(
            'unavailable',
            `${options.player} is not installed, or cannot play this file.`,
            'Leave out --player, or install it.',
            ExitCodes.missing,
          );
        }
        if (!options.print) await play(moment, command);
        const result = { uri: moment.uri, startMs: moment.startMs, endMs: moment.endMs, command };
        if (options.print) {
          return { result, text: command ? [command.program, ...command.args].map(cleanLine).join(' ') : '' };
        }
        const place = `${cleanLine(shownPath(moment.uri))} at ${clock(moment.startMs)}`;
        return { result, text: `Playing ${place} in ${command?.player ?? 'the browser'}.` };
      }),
    );
};
