import type { Cue } from '../../core/domain/cue.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import { parseAssEvents, parseCueBlocks } from './cue-files.ts';
import { describeFile, MAX_TEXT_BYTES } from './ffmpeg-probe.ts';
import { collectFfmpeg } from './ffmpeg-run.ts';
import { toClosedCues } from './packet-cue.ts';

/** Formats that preserve a codec's markup and speakers. Other codecs are converted to SubRip. */
const KEPT: Readonly<Record<string, string>> = { ass: 'ass', webvtt: 'webvtt' };

/** Reads one text subtitle track. */
export async function subtitlesWithFfmpeg(
  program: string,
  uri: Uri,
  index: number,
  signal: AbortSignal,
): Promise<readonly Cue[]> {
  const { file, dump, originUs } = await describeFile(program, uri, signal);
  try {
    const stream = dump.streams.find((one) => one.index === index);
    if (stream?.kind !== 'subtitle') throw new RangeError(`Track ${index} contains no text.`);
    const kept = KEPT[stream.codec];
    const format = kept ?? 'srt';
    const { stdout } = await collectFfmpeg(
      {
        program,
        file,
        input: ['-copyts'],
        output: ['-map', `0:${index}`, '-c:s', kept ? 'copy' : 'subrip', '-f', format, 'pipe:1'],
        signal,
      },
      MAX_TEXT_BYTES,
    );
    const text = stdout.toString('utf8');
    const kind = stream.describes ? 'description' : 'speech';
    const shift = Math.round(originUs / 1000);
    const cues = (format === 'ass' ? parseAssEvents(text) : parseCueBlocks(text))
      .map(({ startMs, endMs, ...said }) => ({
        startMs: Math.max(0, startMs - shift),
        endMs: endMs - shift,
        kind,
        ...said,
      }))
      .filter(({ endMs, text: said }) => endMs > 0 && said.trim());
    return toClosedCues(cues as readonly Cue[]);
  } finally {
    await file.close();
  }
}
