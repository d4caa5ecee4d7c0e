import { ChildError } from '../../base/child-error.ts';
import type { Description } from '../../core/domain/description.ts';
import type { TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { ScreenState } from '../../core/domain/video-analysis.ts';
import { createCrashError, createTimeoutError } from '../../core/errors/process-failure.ts';
import { mergeOcrLines, type OcrReading } from '../../core/media/merge-ocr-lines.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import type { Decoder, Picture } from '../../ports/decoder.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/** Version of picture preparation and line merging; increase it to read all videos again. */
const SCREEN_TEXT_VERSION = 'screenText 1';
/**
 * Maximum picture size, in px: keeps small type of a full-HD screen recording, scales larger pictures down.
 */
const MAX_PICTURE_BOX = { width: 1920, height: 1200 };
/** Number of frames requested at a time, so that other work gets access to the media in between. */
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
  /** Language codes of the OCR engine. */
  readonly languages: readonly string[];
  readonly recipe: string;
}

/** Returns what shapes the text on screen, for the recipe. */
export function screenTextFingerprint(readerName: string, languages: readonly string[]): string {
  return `${SCREEN_TEXT_VERSION} ${readerName} ${languages.join('+')}`;
}

/** Returns the describer of the rows. */
function toDescriberName(reader: Pick<TextRecogniser, 'name'>, languages: readonly string[]): string {
  return `${reader.name} ${languages.join('+')}`;
}

/**
 * Reads each state of a video's screen once. Returns one Description per clip with text. Pictures that the
 * reader cannot process are skipped. Rejects with MediaFailureError if that applies to all of them, and for
 * bad media.
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

/** Creates the stage that reads each state of the screen once. */
export function createScreenTextStage({ media, reader, settings }: WorkerStageDeps): StageRunner {
  const languages = () => settings()['screenText.languages'];
  return {
    plan: {
      stage: 'screenText',
      lane: 'deep',
      after: ['facts'],
      content: (record, copies) => {
        if (!settings()['screenText.enabled'] || (record.textTimes?.length ?? 0) === 0) return undefined;
        return `${screenTextFingerprint(reader().name, languages())}${toReadingKey(record.probe, copies, settings()['media.tracks'], ['video'])}`;
      },
    },
    async run({ copy, record, recipe }, onShare, signal) {
      if (record === undefined) return {};
      const { clips, textTimes = [] } = record;
      const video = { videoId: copy.videoId, uri: copy.uri, clips, textTimes };
      const options = { languages: languages(), recipe };
      return {
        descriptions: await readScreenText(
          video,
          { decoder: media, reader: reader() },
          options,
          onShare,
          signal,
        ),
      };
    },
  };
}
