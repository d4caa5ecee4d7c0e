import { Option } from 'commander';
import type { Ms, Uri } from '../../protocol/base.ts';
import type { CorrectableKind, Correction, CorrectionsResult } from '../../protocol/corrections.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { CORRECTABLE } from '../core/correctable.ts';
import type { Client } from '../daemon/connect.ts';
import { examples, type Outcome, parseCount, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { CommandError, usageError } from './failure.ts';
import { clock, count } from './format.ts';
import { targetOf } from './target.ts';

interface Place {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

async function placeOf(given: string, context: Context, client: Client): Promise<Place> {
  const target = targetOf(given, context);
  if ('uri' in target) return target;
  return client.request('goldfish/clip', target, { signal: context.signal });
}

/** The kind of the line that is meant: what is said there, else what is seen, described or written. */
function kindAt({ lines, path }: VideoResult, startMs: Ms): CorrectableKind {
  const here = lines.filter((line) => line.startMs <= startMs && startMs < line.endMs);
  for (const kind of ['speech', 'caption', 'description', 'screenText'] as const) {
    if (here.some((line) => line.kind === kind)) return kind;
  }
  throw new CommandError(
    'notFound',
    `${path} has no line at ${clock(startMs)} that could be corrected.`,
    'Give a time at which something is said, seen or written; "show" lists the lines.',
  );
}

function correctionText(correction: Correction, n: number): string {
  const at = (startMs: Ms) => clock(startMs).padStart(7);
  if (correction.change === 'tag')
    return `${n}. ${at(correction.startMs)}  tag: ${cleanLine(correction.text)}`;
  if (correction.change === 'speaker')
    return `${n}.  whole  ${cleanLine(correction.was || 'nobody')} is ${cleanLine(correction.speaker)}`;
  const { was, text, speaker, startMs, kind } = correction;
  const words = text === undefined ? '' : text === '' ? ' taken away' : ` now “${cleanLine(text)}”`;
  const who = speaker === undefined ? '' : ` by ${cleanLine(speaker || 'nobody')}`;
  return `${n}. ${at(startMs)}  ${kind} “${cleanLine(was.text)}”${words}${who}`;
}

function outcomeOf(result: CorrectionsResult): Outcome {
  const lines = result.corrections.map((one, at) => correctionText(one, at + 1));
  return { result, text: lines.join('\n') || 'Nothing is corrected in this video.' };
}

const moment = 'a link or path with a time (talk.mp4#t=83), the number of a hit printed last, or a clip id';

export const correct: Register = (program, run) => {
  program
    .command('correct')
    .argument('<moment>', moment)
    .argument('[text...]', 'what is said, seen or written there')
    .option('--speaker <name>', 'who says it; an empty one for nobody')
    .option('--everywhere <name>', 'with --speaker: rename this speaker in the whole video')
    .addOption(new Option('--kind <kind>', 'which line is meant').choices(CORRECTABLE))
    .description('correct a line, or who says it; it outlasts indexing again')
    .addHelpText(
      'after',
      examples(
        'goldfish correct talk.mp4#t=83 "Twelve euros, not twenty."',
        'goldfish correct talk.mp4#t=83 --speaker Ana',
        'goldfish correct talk.mp4 --everywhere "Speaker 1" --speaker Ana',
      ),
    )
    .action((given: string, words: readonly string[], options: CorrectOptions) =>
      run(async (context) => {
        const { speaker, everywhere, kind } = options;
        if (words.length === 0 && speaker === undefined)
          throw usageError('Nothing is to be corrected.', 'Give the text, --speaker, or both.');
        const client = await context.client();
        const { signal } = context;
        const { uri, startMs } = await placeOf(given, context, client);
        if (everywhere !== undefined) {
          if (speaker === undefined || words.length > 0)
            throw usageError('--everywhere renames a speaker.', 'Give --speaker and no text.');
          const params = { uri, from: everywhere, to: speaker };
          return outcomeOf(await client.request('goldfish/corrections/speaker', params, { signal }));
        }
        const video = await client.request('goldfish/video', { uri }, { signal });
        const params = {
          uri,
          kind: kind ?? kindAt(video, startMs),
          startMs,
          ...(words.length > 0 && { text: words.join(' ') }),
          ...(speaker !== undefined && { speaker }),
        };
        return outcomeOf(await client.request('goldfish/corrections/line', params, { signal }));
      }),
    );
};

interface CorrectOptions {
  readonly speaker?: string;
  readonly everywhere?: string;
  readonly kind?: CorrectableKind;
}

export const tag: Register = (program, run) => {
  program
    .command('tag')
    .argument('<moment>', `${moment}; without an end, the clip that holds it`)
    .argument('<words...>', 'the tag')
    .description('put words of your own on a moment; they are searched')
    .addHelpText(
      'after',
      examples('goldfish tag talk.mp4#t=83,97 for the trailer', 'goldfish tag 1 use this'),
    )
    .action((given: string, words: readonly string[]) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const place = await placeOf(given, context, client);
        const { uri, startMs } = place;
        const video = await client.request('goldfish/video', { uri }, { signal });
        const clip = video.clips.find((one) => one.startMs <= startMs && startMs < one.endMs);
        const endMs = place.endMs ?? clip?.endMs ?? video.durationMs;
        const params = { uri, startMs, endMs, tag: words.join(' ') };
        return outcomeOf(await client.request('goldfish/corrections/tag', params, { signal }));
      }),
    );
};

export const corrections: Register = (program, run) => {
  program
    .command('corrections')
    .argument('<video>', 'a path or link')
    .option('--undo <n>', 'take the nth of the list back', parseCount)
    .description('what was corrected and tagged in a video')
    .addHelpText('after', examples('goldfish corrections talk.mp4', 'goldfish corrections talk.mp4 --undo 2'))
    .action((given: string, { undo }: { readonly undo?: number }) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const { uri } = await placeOf(given, context, client);
        const result = await client.request('goldfish/corrections/list', { uri }, { signal });
        if (undo === undefined) return outcomeOf(result);
        const one = result.corrections[undo - 1];
        if (one === undefined)
          throw new CommandError(
            'notFound',
            `There is no number ${undo}: the video has ${count(result.corrections.length, 'correction')}.`,
            'Run it without --undo to see them.',
          );
        const params = { uri, id: one.id };
        return outcomeOf(await client.request('goldfish/corrections/remove', params, { signal }));
      }),
    );
};
