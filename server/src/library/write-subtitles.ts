import type { SubtitlesParams, SubtitlesResult } from '../../protocol/subtitles.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { writeText } from '../base/atomic-output.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { formatSrt } from '../exporting/srt.ts';
import { layOutSubtitles, type TimedSpeech } from '../exporting/subtitle-layout.ts';
import { formatVtt } from '../exporting/vtt.ts';
import { RequestError } from '../library.ts';
import { outputPath, rethrowOutput } from './output.ts';

/**
 * Returns the lines of speech in time order, of one language if one is wanted. A second track of the same words, as in
 * another language, is left out.
 */
function spokenLines({ lines }: VideoResult, language: string | undefined): readonly TimedSpeech[] {
  const speech = lines.filter(
    (line) => line.kind === 'speech' && (language === undefined || isInLanguage(line.language, language)),
  );
  const source = speech[0]?.source;
  return speech
    .filter((line) => line.source === source)
    .map(({ startMs, endMs, text, speaker }) => ({ startMs, endMs, text, speaker }));
}

/** Returns whether a language is the wanted one or a form of it: `en` also stands for `en-GB`. Case does not count. */
function isInLanguage(language: string | undefined, wanted: string): boolean {
  const [code, prefix] = [language?.toLowerCase() ?? '', wanted.toLowerCase()];
  return code === prefix || code.startsWith(`${prefix}-`);
}

/** Writes what is said in a video as subtitles, with corrections. Rejects with RequestError if nothing is known of it. */
export async function writeSubtitles(
  videoOf: (uri: Uri) => Promise<VideoResult>,
  guard: GuardOutput,
  { uri, format = 'srt', language, file, speakers = false, force }: SubtitlesParams,
): Promise<SubtitlesResult> {
  const video = await videoOf(uri);
  const subtitles = layOutSubtitles(spokenLines(video, language), { speakers });
  if (subtitles.length === 0)
    throw new RequestError(
      'unavailable',
      `Goldfish knows no speech of ${video.path}${language === undefined ? '' : ` in the language "${language}"`}.`,
      'Put a subtitle file beside it, or choose a transcriber with "goldfish models", and wait until it is indexed.',
      uri,
    );
  const text = format === 'srt' ? formatSrt(subtitles) : formatVtt(subtitles);
  const result = { format, text, subtitles: subtitles.length };
  if (file === undefined) return result;
  const path = outputPath(file);
  const save = async () => {
    await guard(path);
    await writeText(path, text, force === true);
  };
  await save().catch(rethrowOutput(file));
  return { ...result, path };
}
