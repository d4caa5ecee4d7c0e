import { ChildError } from '../../base/child-error.ts';
import type { Description } from '../../core/domain/description.ts';
import type { TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { ScreenState } from '../../core/domain/video-analysis.ts';
import { createCrashError, createTimeoutError } from '../../core/errors/process-failure.ts';
import { mergeOcrLines, type OcrReading } from '../../core/media/merge-ocr-lines.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import type { Decoder, Picture } from '../../ports/decoder.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';

/** How pictures are prepared and lines merged; another number reads all videos anew. */
const SCREEN_TEXT_VERSION = 'screenText 1';
/** Small type of a full-size screen recording stays as it is; larger pictures are brought down to this. px */
const MAX_PICTURE_BOX = { width: 1920, height: 1200 };
/** Frames asked for at a time, so that other work gets at the media between. */
const FRAMES_PER_BATCH = 100;

export interface ScreenTextVideo {
  readonly videoId: string;
  readonly uri: Uri;
  readonly clips: readonly TimeRange[];
  readonly textTimes: readonly ScreenState[];
}

export interface ScreenTextDeps {
  readonly decoder: Pick<Decoder, 'frames'>;
  readonly reader: Pick<TextRecogniser, 'name' | 'read'>;
}

export interface ScreenTextOptions {
  /** As the reader names them. */
  readonly languages: readonly string[];
  readonly recipe: string;
}

/** What shapes the screen text of a video, for the Recipe. */
export function screenTextFingerprint(readerName: string, languages: readonly string[]): string {
  return `${SCREEN_TEXT_VERSION} ${readerName} ${languages.join('+')}`;
}

/** Who read it, for Descriptions. */
function toDescriberName(reader: Pick<TextRecogniser, 'name'>, languages: readonly string[]): string {
  return `${reader.name} ${languages.join('+')}`;
}

/**
 * Reads a video once for each look of its screen: one Description for each Clip with text. A picture that the reader
 * cannot take is passed over; rejects with FailureError where that was so of all, and for bad media.
 */
export async function readScreenText(
  video: ScreenTextVideo,
  { decoder, reader }: ScreenTextDeps,
  options: ScreenTextOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly Description[]> {
  const { videoId, uri, clips, textTimes } = video;
  const readings: OcrReading[] = [];
  let lastError: ChildError | undefined;

  const readPicture = async (picture: Picture, { startMs, endMs }: ScreenState): Promise<void> => {
    try {
      readings.push({ startMs, endMs, lines: await reader.read(picture, options.languages, signal) });
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      lastError = error;
    }
  };

  for (let from = 0; from < textTimes.length; from += FRAMES_PER_BATCH) {
    const batch = textTimes.slice(from, from + FRAMES_PER_BATCH);
    const timesMs = batch.map(({ readMs }) => readMs);
    let pictureIndex = 0;
    for await (const picture of decoder.frames(uri, timesMs, MAX_PICTURE_BOX, signal)) {
      const screenState = batch[pictureIndex];
      if (screenState) await readPicture(picture, screenState);
      pictureIndex += 1;
      onShare((from + pictureIndex) / textTimes.length);
    }
  }
  if (lastError && readings.length === 0)
    throw lastError.kind === 'hung' ? createTimeoutError(lastError) : createCrashError(lastError);
  const describer = toDescriberName(reader, options.languages);
  const base = { videoId, uri: '', stage: 'screenText', describer, recipe: options.recipe } as const;
  return groupLinesByClip(base, clips, mergeOcrLines(readings, describer));
}
