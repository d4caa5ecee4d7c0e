import { Option } from 'commander';
import type { Ms, Uri } from '../../protocol/base.ts';
import type { CorrectableKind, Correction, CorrectionsResult } from '../../protocol/corrections.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { CORRECTABLE_KINDS } from '../core/corrections/correctable.ts';
import { formatTime } from '../core/domain/format-time.ts';
import type { Client } from '../daemon/connect.ts';
import { CommandError, usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, parseCount, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { formatCount } from './format.ts';
import { type CommandTarget, parseMoment, parseTarget } from './hit-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface VideoLocation {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

async function findLocation(
  target: CommandTarget,
  context: CommandContext,
  client: Client,
): Promise<VideoLocation> {
  if ('uri' in target) return target;
  return client.request('goldfish/clip', target, { signal: context.signal });
}

/** Returns the kind of line at a time. Speech wins over captions, descriptions and text on screen. */
function findLineKind({ lines, path }: VideoResult, startMs: Ms): CorrectableKind {
  const linesAtTime = lines.filter((line) => line.startMs <= startMs && startMs < line.endMs);
  for (const kind of ['speech', 'caption', 'description', 'screenText'] as const) {
    if (linesAtTime.some((line) => line.kind === kind)) return kind;
  }
  throw new CommandError(
    'notFound',
    `${path} has no line to correct at ${formatTime(startMs)}.`,
    'Choose the time of a line. "goldfish show" lists the lines of a video.',
  );
}

function formatCorrection(correction: Correction, n: number): string {
  const formatStart = (startMs: Ms) => formatTime(startMs).padStart(7);
  if (correction.change === 'tag')
    return `${n}. ${formatStart(correction.startMs)}  tag: ${sanitiseLine(correction.text)}`;
  if (correction.change === 'speaker')
    return `${n}.  whole  ${sanitiseLine(correction.was || 'nobody')} is ${sanitiseLine(correction.speaker)}${correction.everywhere ? ', in all videos' : ''}`;
  const { was, text, speaker, startMs, kind } = correction;
  const textChange = text === undefined ? '' : text === '' ? ' deleted' : ` now “${sanitiseLine(text)}”`;
  const speakerText = speaker === undefined ? '' : ` by ${sanitiseLine(speaker || 'nobody')}`;
  return `${n}. ${formatStart(startMs)}  ${kind} “${sanitiseLine(was.text)}”${textChange}${speakerText}`;
}

/** Lists corrections for people, numbered from 1. */
export function formatCorrections(result: CorrectionsResult): CommandResult {
  const lines = result.corrections.map((correction, index) => formatCorrection(correction, index + 1));
  return { result, text: lines.join('\n') || 'This video has no corrections.' };
}

const momentHelp =
  'a link or path with a time (talk.mp4#t=83), the number of a hit in the last results, or a clip id';

export const registerCorrect: RegisterCommand = (program, run) => {
  program
    .command('correct')
    .argument('<moment>', momentHelp)
    .argument('[text...]', 'the corrected text')
    .option('--speaker <name>', 'who says the line; "" for no speaker')
    .option('--everywhere <name>', 'rename this speaker in the whole video; needs --speaker')
    .addOption(new Option('--kind <kind>', 'the kind of line to correct').choices(CORRECTABLE_KINDS))
    .description('correct the text or the speaker of a line; corrections survive indexing')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish correct talk.mp4#t=83 "Twelve euros, not twenty."',
        'goldfish correct talk.mp4#t=83 --speaker Ana',
        'goldfish correct talk.mp4 --everywhere "Speaker 1" --speaker Ana',
      ),
    )
    .action((argument: string, words: readonly string[], options: CorrectOptions) =>
      run(async (context) => {
        const { speaker, everywhere, kind } = options;
        if (words.length === 0 && speaker === undefined)
          throw usageError('Nothing to correct.', 'Give the new text or --speaker.');
        const parse = everywhere === undefined ? parseMoment : parseTarget;
        const target = parse(argument, context);
        const client = await context.client();
        const { signal } = context;
        const { uri, startMs } = await findLocation(target, context, client);
        if (everywhere !== undefined) {
          if (speaker === undefined || words.length > 0)
            throw usageError('--everywhere renames a speaker.', 'Use it with --speaker and without a text.');
          const params = { uri, from: everywhere, to: speaker };
          return formatCorrections(await client.request('goldfish/corrections/speaker', params, { signal }));
        }
        const video = await client.request('goldfish/video', { uri }, { signal });
        const params = {
          uri,
          kind: kind ?? findLineKind(video, startMs),
          startMs,
          ...(words.length > 0 && { text: words.join(' ') }),
          ...(speaker !== undefined && { speaker }),
        };
        return formatCorrections(await client.request('goldfish/corrections/line', params, { signal }));
      }),
    );
};

interface CorrectOptions {
  readonly speaker?: string;
  readonly everywhere?: string;
  readonly kind?: CorrectableKind;
}

export const registerTag: RegisterCommand = (program, run) => {
  program
    .command('tag')
    .argument('<moment>', `${momentHelp}; without an end time, the clip at that time`)
    .argument('<words...>', 'the tag')
    .description('tag a moment with words of your own; search finds them')
    .addHelpText(
      'after',
      formatExamples('goldfish tag talk.mp4#t=83,97 for the trailer', 'goldfish tag 1 use this'),
    )
    .action((argument: string, words: readonly string[]) =>
      run(async (context) => {
        const target = parseMoment(argument, context);
        const client = await context.client();
        const { signal } = context;
        const location = await findLocation(target, context, client);
        const { uri, startMs } = location;
        const video = await client.request('goldfish/video', { uri }, { signal });
        const clip = video.clips.find(
          (candidate) => candidate.startMs <= startMs && startMs < candidate.endMs,
        );
        const endMs = location.endMs ?? clip?.endMs ?? video.durationMs;
        const params = { uri, startMs, endMs, tag: words.join(' ') };
        return formatCorrections(await client.request('goldfish/corrections/tag', params, { signal }));
      }),
    );
};

export const registerCorrections: RegisterCommand = (program, run) => {
  program
    .command('corrections')
    .argument('<video>', 'a path or link')
    .option('--undo <n>', 'undo the nth correction in the list', parseCount)
    .description('list the corrections and tags of a video')
    .addHelpText(
      'after',
      formatExamples('goldfish corrections talk.mp4', 'goldfish corrections talk.mp4 --undo 2'),
    )
    .action((argument: string, { undo }: { readonly undo?: number }) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const { uri } = await findLocation(parseTarget(argument, context), context, client);
        const result = await client.request('goldfish/corrections/list', { uri }, { signal });
        if (undo === undefined) return formatCorrections(result);
        const correction = result.corrections[undo - 1];
        if (correction === undefined)
          throw new CommandError(
            'notFound',
            `Correction ${undo} does not exist: the video has ${formatCount(result.corrections.length, 'correction')}.`,
            'Run the command without --undo to list them.',
          );
        const params = { uri, id: correction.id };
        return formatCorrections(await client.request('goldfish/corrections/remove', params, { signal }));
      }),
    );
};
