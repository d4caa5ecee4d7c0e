import type { ClipResult, Stream, VideoResult } from '../../protocol/videos.ts';
import { examples, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { clock, count, evidenceLine, painter, size } from './format.ts';
import { targetOf } from './target.ts';

/** Describes a track; where a file has several of its kind, the one that is read is named so. */
function streamText(stream: Stream, _: number, streams: readonly Stream[]): string {
  const parts: string[] = [stream.codec];
  if (stream.width && stream.height) parts.push(`${stream.width}x${stream.height}`);
  if (stream.framesPerSecond) parts.push(`${Number(stream.framesPerSecond.toFixed(2))} frames/s`);
  if (stream.sampleRate) parts.push(`${stream.sampleRate} Hz`);
  if (stream.language) parts.push(stream.language);
  const several = streams.filter(({ kind }) => kind === stream.kind).length > 1;
  if (several && stream.chosen) parts.push('(this one is read)');
  return `${stream.kind} ${cleanLine(parts.join(' '))}`;
}

function linesText(lines: VideoResult['lines'], context: Context): string[] {
  const paint = painter(context.out, context.env);
  return lines.map((line) => `  ${paint('green', clock(line.startMs).padStart(7))}  ${evidenceLine(line)}`);
}

function clipText(clip: ClipResult, context: Context): string {
  const range = `${clock(clip.startMs)}-${clock(clip.endMs)}`;
  return [
    `${cleanLine(clip.path)}  ${range}`,
    cleanLine(clip.link),
    ...linesText(clip.evidence, context),
  ].join('\n');
}

function videoText(video: VideoResult, context: Context): string {
  const paint = painter(context.out, context.env);
  const lines = [
    paint('bold', cleanLine(video.path)),
    `${cleanLine(video.title)}, ${clock(video.durationMs)}, ${size(video.bytes)}, recorded ${cleanLine(video.recorded)}`,
    [video.container ?? '', ...video.streams.map(streamText)].filter((part) => part !== '').join('; '),
    `${video.state}, ${count(video.clips.length, 'clip')}`,
  ];
  for (const failure of video.failures) {
    lines.push(
      `${paint('red', 'failed')} ${failure.stage}: ${cleanLine(failure.reason)} ${cleanLine(failure.remedy)}`,
    );
  }
  for (const chapter of video.chapters) {
    lines.push(`  ${clock(chapter.startMs).padStart(7)}  chapter: ${cleanLine(chapter.title)}`);
  }
  return [...lines, ...linesText(video.lines, context)].join('\n');
}

export const show: Register = (program, run) => {
  program
    .command('show')
    .argument('<video>', 'a path or link, the number of a hit printed last, or a clip id')
    .description('all that is stored about a video, or about one clip')
    .addHelpText('after', examples('goldfish show talk.mp4', 'goldfish show 2 --json'))
    .action((given: string) =>
      run(async (context) => {
        const target = targetOf(given, context);
        const client = await context.client();
        const { signal } = context;
        if ('clipId' in target) {
          const result = await client.request('goldfish/clip', target, { signal });
          return { result, text: clipText(result, context) };
        }
        const result = await client.request('goldfish/video', { uri: target.uri }, { signal });
        return { result, text: videoText(result, context) };
      }),
    );
};
