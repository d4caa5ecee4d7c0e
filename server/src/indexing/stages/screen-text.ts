import { ChildError } from '../../base/child-error.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import type { Ms, TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { StreamInfo } from '../../core/domain/video.ts';
import type { ScreenState } from '../../core/domain/video-analysis.ts';
import { createCrashError, createTimeoutError } from '../../core/errors/process-failure.ts';
import { mergeOcrLines, type OcrReading } from '../../core/media/merge-ocr-lines.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import { listReadBitmapTracks } from '../../core/pipeline/bitmap-tracks.ts';
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
 * Reads each state of a video's screen once. Returns one Description per clip with text. See `readScreenLines`.
 */
export async function readScreenText(
  video: ScreenTextVideo,
  deps: ScreenTextDeps,
  options: ScreenTextOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly Description[]> {
  const lines = await readScreenLines(video, deps, options, onShare, signal);
  const describer = toDescriberName(deps.reader, options.languages);
  const base = {
    videoId: video.videoId,
    uri: '',
    stage: 'screenText',
    describer,
    recipe: options.recipe,
  } as const;
  return groupLinesByClip(base, video.clips, lines);
}

/**
 * Reads each state of a video's screen once. Pictures that the reader cannot process are skipped. Rejects with
 * MediaFailureError if that applies to all of them, and for bad media.
 */
async function readScreenLines(
  video: ScreenTextVideo,
  { decoder, reader }: ScreenTextDeps,
  options: ScreenTextOptions,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const { uri, textTimes } = video;
  const readings: OcrReading[] = [];
  let lastError: ChildError | undefined;

  const readPicture = async (picture: Picture, { startMs, endMs }: ScreenState): Promise<void> => {
    try {
      const lines = await reader.read(picture, options.languages, signal);
      const { width, height } = picture;
      readings.push({ startMs, endMs, lines, picture: { width, height } });
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
  return mergeOcrLines(readings, toDescriberName(reader, options.languages));
}

/** How far apart two pictures of the same subtitle may be, ms: discs repeat them for players that join late. */
const MAX_REPEAT_GAP_MS = 200;

/** Reads the pictures of bitmap subtitle tracks. Pictures that the reader cannot process are skipped. */
export async function readBitmapSubtitles(
  uri: Uri,
  tracks: readonly StreamInfo[],
  {
    decoder,
    reader,
  }: { readonly decoder: Pick<Decoder, 'subtitlePictures'>; readonly reader: Pick<TextRecogniser, 'read'> },
  languages: readonly string[],
  onTime: (timeMs: Ms) => void,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const { index, language } of tracks) {
    let last: (Line & { endMs: Ms }) | undefined;
    for await (const picture of decoder.subtitlePictures(uri, index, signal)) {
      const text = await readPictureText(picture, reader, languages, signal);
      onTime(picture.timeMs);
      if (text === '') continue;
      if (last?.text === text && picture.timeMs - last.endMs <= MAX_REPEAT_GAP_MS) {
        last.endMs = picture.endMs;
        continue;
      }
      last = {
        startMs: picture.timeMs,
        endMs: picture.endMs,
        kind: 'speech',
        text,
        source: `track ${index}`,
        language,
      };
      lines.push(last);
    }
  }
  return lines.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

async function readPictureText(
  picture: Picture,
  reader: Pick<TextRecogniser, 'read'>,
  languages: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    const lines = await reader.read(picture, languages, signal);
    return lines
      .map(({ text }) => text)
      .join('\n')
      .trim();
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    return '';
  }
}

/** Creates the stage that reads each state of the screen once, and the pictures of bitmap subtitles. */
export function createScreenTextStage({ media, reader, settings }: WorkerStageDeps): StageRunner {
  const languages = () => settings()['screenText.languages'];
  const bitmapSettings = () => ({ enabled: settings()['screenText.enabled'], languages: languages() });
  return {
    plan: {
      stage: 'screenText',
      lane: 'deep',
      after: ['facts'],
      content: (record, copies) => {
        const bitmapCount = listReadBitmapTracks(record.probe, bitmapSettings()).length;
        const hasTextTimes = (record.textTimes?.length ?? 0) > 0;
        if (!settings()['screenText.enabled'] || (!hasTextTimes && bitmapCount === 0)) return undefined;
        // Subtitles of a recording are read when it is complete.
        const isOpen = copies.some(({ growing }) => growing?.isReadable);
        const bitmapsKey = bitmapCount === 0 || isOpen ? '' : ` bitmaps ${bitmapCount}`;
        return `${screenTextFingerprint(reader().name, languages())}${bitmapsKey}${toReadingKey(record.probe, copies, settings()['media.tracks'], ['video'])}`;
      },
    },
    async run({ copy, record, recipe, recording }, onShare, signal) {
      if (record === undefined) return {};
      const { clips } = record;
      const fromMs = recording?.fromMs ?? 0;
      const textTimes = (record.textTimes ?? []).filter(({ readMs }) => readMs >= fromMs);
      const video = { videoId: copy.videoId, uri: copy.uri, clips, textTimes };
      const options = { languages: languages(), recipe };
      const deps = { decoder: media, reader: reader() };
      const bitmapTracks = recording?.isOpen ? [] : listReadBitmapTracks(record.probe, bitmapSettings());
      const onTime = (timeMs: Ms) => onShare(Math.min(1, timeMs / Math.max(1, record.probe.durationMs)));
      const subtitleLines = await readBitmapSubtitles(
        copy.uri,
        bitmapTracks,
        deps,
        options.languages,
        onTime,
        signal,
      );
      const screenLines = await readScreenLines(video, deps, options, onShare, signal);
      const describer = toDescriberName(deps.reader, options.languages);
      const base = { videoId: copy.videoId, uri: '', stage: 'screenText', describer, recipe } as const;
      const lines = [...screenLines, ...subtitleLines].sort(
        (a, b) => a.startMs - b.startMs || a.endMs - b.endMs,
      );
      return { descriptions: groupLinesByClip(base, clips, lines) };
    },
  };
}
