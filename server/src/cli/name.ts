import type { VideoResult } from '../../protocol/videos.ts';
import { usageError } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import { formatCorrections } from './corrections.ts';
import { formatCount } from './format.ts';
import { parseTarget } from './hit-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Lists the voices of a video with an example of what each says. */
function listVideoVoices({ lines, path }: VideoResult): CommandResult {
  const byVoice = Map.groupBy(
    lines.filter(({ voice }) => voice !== undefined),
    ({ voice }) => voice ?? 0,
  );
  const voices = [...byVoice]
    .sort(([a], [b]) => a - b)
    .map(([voice, ownLines]) => {
      const longest = ownLines.reduce((a, b) => (b.text.length > a.text.length ? b : a));
      return { voice, name: longest.speaker ?? '', lines: ownLines.length, example: longest.text };
    });
  const text = voices
    .map(
      ({ name, lines: count, example }) =>
        `${sanitiseLine(name)}  ${formatCount(count, 'line')}, such as “${sanitiseLine(example)}”`,
    )
    .join('\n');
  return { result: { path, voices }, text: text || 'No voices were told apart in this video.' };
}

export const registerName: RegisterCommand = (program, run) => {
  program
    .command('name')
    .argument('<video>', 'a path or link')
    .argument('[voice]', 'the voice as shown now, such as "Voice 1"; without it, the voices are listed')
    .argument('[name]', 'who it is')
    .option('--everywhere', 'also name the same voice in other videos, where it is clear')
    .description('name a voice of a video; its lines then have this speaker')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish name meeting.mp4',
        'goldfish name meeting.mp4 "Voice 1" Ana',
        'goldfish name meeting.mp4 "Voice 2" Ben --everywhere',
      ),
    )
    .action(
      (
        argument: string,
        from: string | undefined,
        to: string | undefined,
        { everywhere }: { readonly everywhere?: boolean },
      ) =>
        run(async (context) => {
          const target = parseTarget(argument, context);
          if (from !== undefined && to === undefined)
            throw usageError('The name is missing.', 'Give the voice and its name: "Voice 1" Ana.');
          const client = await context.client();
          const { signal } = context;
          const { uri } =
            'uri' in target ? target : await client.request('goldfish/clip', target, { signal });
          if (from === undefined || to === undefined)
            return listVideoVoices(await client.request('goldfish/video', { uri }, { signal }));
          if (to.trim() === '') throw usageError('The name is empty.', 'Give a name.');
          const params = { uri, from, to, ...(everywhere && { everywhere }) };
          return formatCorrections(await client.request('goldfish/corrections/speaker', params, { signal }));
        }),
    );
};
