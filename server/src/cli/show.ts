import type { TimeRange } from '../../protocol/base.ts';
import type { ClipResult, Stream, VideoResult } from '../../protocol/videos.ts';
import { formatDuration, formatTime } from '../core/domain/format-time.ts';
import { sumSpans } from '../core/media/speech-spans.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler, formatBytes, formatCount, formatEvidenceLine } from './format.ts';
import { parseTarget } from './hit-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Ranges of speech that are listed; the page shows all. */
const MAX_SHOWN_SPANS = 8;

/** Describes a track. Marks the one in use if the file has several of its kind. */
function formatStream(stream: Stream, _: number, streams: readonly Stream[]): string {
  const parts: string[] = [stream.codec];
  if (stream.width && stream.height) parts.push(`${stream.width}x${stream.height}`);
  if (stream.framesPerSecond) parts.push(`${Number(stream.framesPerSecond.toFixed(2))} frames/s`);
  if (stream.sampleRate) parts.push(`${stream.sampleRate} Hz`);
  if (stream.language) parts.push(stream.language);
  const several = streams.filter(({ kind }) => kind === stream.kind).length > 1;
  const notes = [several && stream.chosen ? 'in use' : undefined, stream.note].filter(
    (note) => note !== undefined,
  );
  if (notes.length > 0) parts.push(`(${notes.join(', ')})`);
  return `${stream.kind} ${sanitiseLine(parts.join(' '))}`;
}

function formatLines(lines: VideoResult['lines'], context: CommandContext): string[] {
  const paint = createTextStyler(context.out, context.env);
  return lines.map(
    (line) => `  ${paint('green', formatTime(line.startMs).padStart(7))}  ${formatEvidenceLine(line)}`,
  );
}

/** Formats where somebody speaks: `speech 0:10-0:42, 1:05-1:20: 47 s, no transcript`. */
function formatSpeech(spans: readonly TimeRange[], { lines }: VideoResult): string {
  if (spans.length === 0) return 'no speech in its sound';
  const ranges = spans
    .slice(0, MAX_SHOWN_SPANS)
    .map(({ startMs, endMs }) => `${formatTime(startMs)}-${formatTime(endMs)}`);
  const rest = spans.length > MAX_SHOWN_SPANS ? ` and ${spans.length - MAX_SHOWN_SPANS} more ranges` : '';
  const isWritten = lines.some(({ kind }) => kind === 'speech');
  return `speech ${ranges.join(', ')}${rest}: ${formatDuration(sumSpans(spans))}${isWritten ? '' : ', no transcript'}`;
}

function formatClip(clip: ClipResult, context: CommandContext): string {
  const range = `${formatTime(clip.startMs)}-${formatTime(clip.endMs)}`;
  return [
    `${sanitiseLine(clip.path)}  ${range}`,
    sanitiseLine(clip.link),
    ...formatLines(clip.evidence, context),
  ].join('\n');
}

function formatVideo(video: VideoResult, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const lines = [
    paint('bold', sanitiseLine(video.path)),
    `${sanitiseLine(video.title)}, ${formatTime(video.durationMs)}, ${formatBytes(video.bytes)}, recorded ${sanitiseLine(video.recorded)}`,
    [video.container ?? '', ...video.streams.map(formatStream)].filter((part) => part !== '').join('; '),
    `${video.state}, ${formatCount(video.clips.length, 'clip')}`,
    ...(video.pageUrl === undefined ? [] : [`from ${sanitiseLine(video.pageUrl)}`]),
  ];
  for (const failure of video.failures) {
    lines.push(
      `${paint('red', 'failed')} ${failure.stage}: ${sanitiseLine(failure.reason)} ${sanitiseLine(failure.remedy)}`,
    );
  }
  for (const notice of video.notices ?? []) {
    lines.push(
      `${paint('yellow', 'notice')} ${notice.stage}: ${sanitiseLine(notice.reason)} ${sanitiseLine(notice.remedy)}`,
    );
  }
  if (video.speech !== undefined) lines.push(formatSpeech(video.speech, video));
  for (const chapter of video.chapters) {
    const label = chapter.automatic ? 'automatic chapter' : 'chapter';
    lines.push(`  ${formatTime(chapter.startMs).padStart(7)}  ${label}: ${sanitiseLine(chapter.title)}`);
  }
  return [...lines, ...formatLines(video.lines, context)].join('\n');
}

export const registerShow: RegisterCommand = (program, run) => {
  program
    .command('show')
    .argument('<video>', 'a path or link, the number of a hit in the last results, or a clip id')
    .description('show everything stored about a video or a clip')
    .addHelpText('after', formatExamples('goldfish show talk.mp4', 'goldfish show 2 --json'))
    .action((argument: string) =>
      run(async (context) => {
        const target = parseTarget(argument, context);
        const client = await context.client();
        const { signal } = context;
        if ('clipId' in target) {
          const result = await client.request('goldfish/clip', target, { signal });
          return { result, text: formatClip(result, context) };
        }
        const result = await client.request('goldfish/video', { uri: target.uri }, { signal });
        return { result, text: formatVideo(result, context) };
      }),
    );
};
