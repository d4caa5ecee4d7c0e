import type { Cue } from '../../core/domain/cue.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import type { MediaHints } from '../../ports/decoder.ts';
import { parseAssEvents, parseTextCues } from './cue-files.ts';
import { describeFile, MAX_TEXT_BYTES } from './ffmpeg-probe.ts';
import { collectFfmpeg } from './ffmpeg-run.ts';
import { toClosedCues } from './packet-cue.ts';

/** Formats that preserve a codec's markup and speakers. Other codecs are converted to SubRip. */
const COPIED_FORMATS: Readonly<Record<string, string>> = { ass: 'ass', webvtt: 'webvtt' };

/** Reads one text subtitle track. */
export async function subtitlesWithFfmpeg(
  program: string,
  uri: Uri,
  index: number,
  signal: AbortSignal,
  hints?: MediaHints,
): Promise<readonly Cue[]> {
  const { file, format: container, originUs } = await describeFile(program, uri, signal, hints);
  try {
    const stream = container.streams.find((candidate) => candidate.index === index);
    if (stream?.kind !== 'subtitle') throw new RangeError(`Track ${index} contains no text.`);
    const copiedFormat = COPIED_FORMATS[stream.codec];
    const format = copiedFormat ?? 'srt';
    const { stdout } = await collectFfmpeg(
      {
        program,
        file,
        input: ['-copyts'],
        output: ['-map', `0:${index}`, '-c:s', copiedFormat ? 'copy' : 'subrip', '-f', format, 'pipe:1'],
        signal,
      },
      MAX_TEXT_BYTES,
    );
    const text = stdout.toString('utf8');
    const kind = stream.isDescription ? 'description' : 'speech';
    const originMs = Math.round(originUs / 1000);
    const cues = (format === 'ass' ? parseAssEvents(text) : parseTextCues(text))
      .map(({ startMs, endMs, ...cueFields }) => ({
        startMs: Math.max(0, startMs - originMs),
        endMs: endMs - originMs,
        kind,
        ...cueFields,
      }))
      .filter(({ endMs, text: cueText }) => endMs > 0 && cueText.trim());
    return toClosedCues(cues as readonly Cue[]);
  } finally {
    await file.close();
  }
}
