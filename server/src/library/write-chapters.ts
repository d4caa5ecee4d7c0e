import type { ChaptersParams, ChaptersResult } from '../../protocol/chapters.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { writeText } from '../base/atomic-output.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { chapterWriters } from '../exporting/chapters.ts';
import { RequestError } from '../library.ts';
import { outputPath, rethrowOutput } from './output.ts';

/** Writes the chapters of a video. Rejects with RequestError if it has none. */
export async function writeVideoChapters(
  videoOf: (uri: Uri) => Promise<VideoResult>,
  guard: GuardOutput,
  { uri, format = 'list', file, force }: ChaptersParams,
): Promise<ChaptersResult> {
  const { chapters, path: videoPath, title } = await videoOf(uri);
  if (chapters.length === 0)
    throw new RequestError(
      'unavailable',
      `Goldfish knows no chapters of ${videoPath}: its file brings none, and too little is said or shown in it to find some.`,
      'Wait until it is indexed, or put a subtitle file beside it.',
      uri,
    );
  const result = { format, text: chapterWriters[format]({ uri, title, chapters }), chapters };
  if (file === undefined) return result;
  const path = outputPath(file);
  const save = async () => {
    await guard(path);
    await writeText(path, result.text, force === true);
  };
  await save().catch(rethrowOutput(file));
  return { ...result, path };
}
