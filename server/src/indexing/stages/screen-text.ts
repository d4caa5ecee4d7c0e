import { ChildError } from '../../base/child-error.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import type { Ms, TimeRange, Uri } from '../../core/domain/time-range.ts';
import type { StreamInfo, VideoFile } from '../../core/domain/video.ts';
import type { ScreenState } from '../../core/domain/video-analysis.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { createCrashError, createTimeoutError } from '../../core/errors/process-failure.ts';
import { isBitmapSidecar } from '../../core/library/media-extensions.ts';
import { mergeOcrLines, type OcrReading } from '../../core/media/merge-ocr-lines.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import {
  type BitmapSettings,
  describeUnreadBitmaps,
  listReadBitmapTracks,
} from '../../core/pipeline/bitmap-tracks.ts';
import { groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { parseNameHints } from '../../core/subtitles/filename-hints.ts';
import type { Decoder, Picture } from '../../ports/decoder.ts';
import type { TextRecogniser } from '../../ports/text-recogniser.ts';
import { mergeFailures, toReadableName } from './sidecar-failures.ts';
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

/** What bitmap subtitles are read with. */
interface BitmapPorts {
  readonly decoder: Pick<Decoder, 'subtitleTracks' | 'subtitlePictures'>;
  readonly reader: Pick<TextRecogniser, 'read'>;
}

/**
 * Reads the pictures of bitmap subtitle tracks of a video, or of a file beside it. Pictures that the reader cannot process
 * are skipped.
 */
export async function readBitmapSubtitles(
  uri: Uri,
  tracks: readonly StreamInfo[],
  { decoder, reader }: Pick<BitmapPorts, 'reader'> & { readonly decoder: Pick<Decoder, 'subtitlePictures'> },
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
        source: isBitmapSidecar(uri) ? toReadableName(uri) : `track ${index}`,
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

const listBitmapFiles = ({ sidecars }: Pick<VideoFile, 'sidecars'>) =>
  sidecars.filter(({ uri }) => isBitmapSidecar(uri));

/**
 * Reads the files with bitmap subtitles beside a copy: the tracks in the reader's languages. Returns one failure that names
 * all files that are not read.
 */
export async function readBitmapFiles(
  copy: Pick<VideoFile, 'uri' | 'sidecars'>,
  ports: BitmapPorts,
  settings: BitmapSettings,
  onTime: (timeMs: Ms) => void,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly Line[]; readonly failure: MediaFailure | undefined }> {
  const lines: Line[] = [];
  const failures: MediaFailure[] = [];
  for (const { uri } of listBitmapFiles(copy)) {
    const name = toReadableName(uri);
    try {
      const { language } = parseNameHints(name, toReadableName(copy.uri));
      const streams = (await ports.decoder.subtitleTracks(uri, signal)).map((track) => ({
        ...track,
        language: track.language ?? language,
      }));
      const tracks = listReadBitmapTracks({ streams }, settings);
      lines.push(...(await readBitmapSubtitles(uri, tracks, ports, settings.languages, onTime, signal)));
      const unread = describeUnreadBitmaps({ streams }, settings);
      if (unread !== undefined) failures.push({ ...unread, reason: `${name}: ${unread.reason}` });
    } catch (error) {
      if (!(error instanceof MediaFailureError)) throw error;
      failures.push({ ...error.failure, reason: `${name}: ${error.failure.reason}` });
    }
  }
  return {
    lines: lines.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
    failure: mergeFailures(failures),
  };
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
      path: (copy) => {
        const files = listBitmapFiles(copy);
        const wasRead = copy.done.screenText !== undefined;
        if (!settings()['screenText.enabled'] || (files.length === 0 && !wasRead)) return undefined;
        const filesKey = files.map(({ uri, bytes, modifiedMs }) => ` ${uri}|${bytes}|${modifiedMs}`).join('');
        return `${screenTextFingerprint(reader().name, languages())} files${filesKey}`;
      },
    },
    async run({ copy, record, path, recipe, recording }, onShare, signal) {
      if (record === undefined) return {};
      const { clips } = record;
      const fromMs = recording?.fromMs ?? 0;
      const textTimes = (record.textTimes ?? []).filter(({ readMs }) => readMs >= fromMs);
      const onTime = (timeMs: Ms) => onShare(Math.min(1, timeMs / Math.max(1, record.probe.durationMs)));
      const video = { videoId: copy.videoId, uri: copy.uri, clips, textTimes };
      const options = { languages: languages(), recipe };
      const deps = { decoder: media, reader: reader() };
      const describer = toDescriberName(deps.reader, options.languages);
      const uri = path ? copy.uri : '';
      const base = { videoId: copy.videoId, uri, stage: 'screenText', describer, recipe } as const;
      if (path) {
        const { lines, failure } = await readBitmapFiles(copy, deps, bitmapSettings(), onTime, signal);
        return { descriptions: groupLinesByClip(base, clips, lines), failure };
      }
      const bitmapTracks = recording?.isOpen ? [] : listReadBitmapTracks(record.probe, bitmapSettings());
      const subtitleLines = await readBitmapSubtitles(
        copy.uri,
        bitmapTracks,
        deps,
        options.languages,
        onTime,
        signal,
      );
      const screenLines = await readScreenLines(video, deps, options, onShare, signal);
      const lines = [...screenLines, ...subtitleLines].sort(
        (a, b) => a.startMs - b.startMs || a.endMs - b.endMs,
      );
      return { descriptions: groupLinesByClip(base, clips, lines) };
    },
  };
}
