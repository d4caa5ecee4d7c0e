import { runInSlices } from '../../base/slices.ts';
import type { Cue, CueTrack } from '../../core/domain/cue.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { isBitmapSidecar, isUnreadSidecar } from '../../core/library/media-extensions.ts';
import { toReadingKey } from '../../core/media/track-selection.ts';
import { type BitmapSettings, describeUnreadBitmaps } from '../../core/pipeline/bitmap-tracks.ts';
import { type DescriptionBase, groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { isTextTrack } from '../../core/pipeline/transcription-need.ts';
import { fitToVideo } from '../../core/subtitles/fit-to-video.ts';
import { cleanCues } from '../../core/subtitles/parse-subtitles.ts';
import { coversSpeech } from '../../core/subtitles/prose-detector.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { Disk } from '../../ports/disk.ts';
import { mergeFailures, toReadableName } from './sidecar-failures.ts';
import type { StageRunner } from './stage-runner.ts';

const CUES_VERSION = 'cues 3';

/** Creates the stage that reads cues from embedded tracks (content) and sidecar files (path). */
export function createCuesStage(
  decoder: Decoder,
  disk: Disk,
  bitmapSettings: () => BitmapSettings,
): StageRunner {
  return {
    plan: {
      stage: 'cues',
      lane: 'fast',
      after: [],
      // Text tracks of a recording are read when it is complete.
      content: (record, copies) =>
        textTracks(record).length > 0 && !copies.some(({ growing }) => growing?.isReadable)
          ? `${CUES_VERSION}${toReadingKey(record.probe, [], [], [])}`
          : undefined,
      path: (copy, { probe }) => {
        const unread = describeUnreadBitmaps(probe, bitmapSettings());
        const sidecars = copy.sidecars.length > 0 ? ` ${sidecarKey(copy)}` : '';
        const hasBitmaps = copy.sidecars.some(({ uri }) => isBitmapSidecar(uri));
        const bitmaps = hasBitmaps ? ` bitmaps ${bitmapSettings().enabled ? 'read' : 'off'}` : '';
        return `${CUES_VERSION}${sidecars}${bitmaps}${unread === undefined ? '' : ` ${unread.reason}`}`;
      },
    },
    async run({ copy, record, path, recipe }, onShare, signal) {
      if (record === undefined) return {};
      const { tracks, failure } = path
        ? await sidecarTracks(disk, copy, record, bitmapSettings(), onShare, signal)
        : { tracks: await readEmbeddedTracks(decoder, copy, record, onShare, signal), failure: undefined };
      const base = { videoId: copy.videoId, uri: path ? copy.uri : '', stage: 'cues', recipe } as const;
      const isSubtitled = await isAnyCovering(tracks, record.probe.durationMs, signal);
      return {
        recordUpdate: { subtitled: isSubtitled },
        descriptions: toDescriptions(base, record, tracks),
        failure,
      };
    },
  };
}

function textTracks(record: VideoRecord) {
  return record.probe.streams.filter(isTextTrack);
}

/** Returns a key that changes with the name, size or time of any sidecar. */
function sidecarKey(copy: VideoFile): string {
  return copy.sidecars.map(({ uri, bytes, modifiedMs }) => `${uri}|${bytes}|${modifiedMs}`).join(' ');
}

/** Returns whether any track contains the speech of the video. */
async function isAnyCovering(
  tracks: readonly CueTrack[],
  durationMs: Ms,
  signal: AbortSignal,
): Promise<boolean> {
  for (const { cues, forced } of tracks)
    if (forced !== true && (await runInSlices(coversSpeech(cues, durationMs), signal))) return true;
  return false;
}

/**
 * Reads the sidecars of a copy. Returns the readable ones, and one failure that names all others and bitmap subtitles
 * inside the video that are not read.
 */
async function sidecarTracks(
  disk: Disk,
  copy: VideoFile,
  record: VideoRecord,
  bitmapSettings: BitmapSettings,
  onShare: (share: number) => void,
  signal: AbortSignal,
) {
  const tracks: CueTrack[] = [];
  const unreadBitmaps = describeUnreadBitmaps(record.probe, bitmapSettings);
  const failures: MediaFailure[] = unreadBitmaps === undefined ? [] : [unreadBitmaps];
  const videoHints = {
    video: toReadableName(copy.uri),
    framesPerSecond: record.probe.streams.find((stream) => stream.kind === 'video')?.framesPerSecond,
  };
  for (const [index, { uri }] of copy.sidecars.entries()) {
    const skipped = describeUnreadSidecar(uri, bitmapSettings);
    if (skipped !== undefined) failures.push(skipped);
    // The stage `screenText` reads pictures.
    if (skipped !== undefined || isBitmapSidecar(uri)) continue;
    try {
      const track = await disk.sidecar(uri, videoHints, signal);
      const { cues, lateCues } = fitToVideo(track.cues, record.probe.durationMs);
      tracks.push({ ...track, cues });
      failures.push(...toUnreadFailures(track, lateCues));
    } catch (error) {
      // Ignores a missing sidecar: the next scan provides another list.
      if (!(error instanceof MediaFailureError)) throw error;
      failures.push(error.failure);
    }
    onShare((index + 1) / copy.sidecars.length);
  }
  return { tracks, failure: mergeFailures(failures) };
}

/** Returns why a subtitle file without text is not read; undefined for files with text. */
function describeUnreadSidecar(uri: Uri, { enabled }: BitmapSettings): MediaFailure | undefined {
  const name = toReadableName(uri);
  if (isUnreadSidecar(uri))
    return {
      kind: 'unsupportedCodec',
      reason: `${name} was skipped: its broadcast caption format is not supported.`,
      remedy: 'Convert it to .srt or .vtt beside the video, or remove it.',
    };
  if (!isBitmapSidecar(uri) || enabled) return undefined;
  return {
    kind: 'unsupportedCodec',
    reason: `${name} was skipped: its subtitles are pictures, and reading text on screen is switched off.`,
    remedy: 'Set screenText.enabled to true.',
  };
}

/** Returns failures for a sidecar that was used only in part. */
function toUnreadFailures(track: CueTrack, lateCues: readonly Cue[]): readonly MediaFailure[] {
  const unread = toUnreadFailure(track);
  const late = toLateFailure(track, lateCues);
  return [unread, late].filter((failure) => failure !== undefined);
}

function toLateFailure({ source }: CueTrack, lateCues: readonly Cue[]): MediaFailure | undefined {
  const [first] = lateCues;
  if (first === undefined) return undefined;
  const lines = lateCues.length === 1 ? '1 line starts' : `${lateCues.length} lines start`;
  return {
    kind: 'unreadable',
    reason: `${source}: ${lines} after the end of the video, the first at ${formatTime(first.startMs)}.`,
    remedy: 'Check that the file belongs to this video. Lines within the video are indexed.',
  };
}

/** Returns a failure for a sidecar that was parsed only in part. */
function toUnreadFailure({ source, cues, unread }: CueTrack): MediaFailure | undefined {
  if (unread === undefined) return undefined;
  const where = unread.line === undefined ? '' : `, the first on line ${unread.line}`;
  const places = unread.count === 1 ? '1 entry' : `${unread.count} entries`;
  return {
    kind: 'unreadable',
    reason:
      cues.length === 0
        ? `${source} contains no readable subtitles. It starts with: ${unread.text}`
        : `${source}: ${places} could not be read${where}: ${unread.text}`,
    remedy: 'Correct or remove the file. All readable lines are indexed.',
  };
}

async function readEmbeddedTracks(
  decoder: Decoder,
  copy: VideoFile,
  record: VideoRecord,
  onShare: (share: number) => void,
  signal: AbortSignal,
) {
  const tracks: CueTrack[] = [];
  const streams = textTracks(record);
  for (const [index, stream] of streams.entries()) {
    const rawCues = await decoder.subtitles(copy.uri, stream.index, signal);
    const markup = /^(?:ass|ssa)$/.test(stream.codec) ? 'ass' : 'html';
    const cues = await runInSlices(cleanCues(rawCues, markup), signal);
    tracks.push({ source: `track ${stream.index}`, language: stream.language, cues });
    onShare((index + 1) / streams.length);
  }
  return tracks;
}

function toDescriptions(
  base: Omit<DescriptionBase, 'describer'>,
  record: VideoRecord,
  tracks: readonly CueTrack[],
): readonly Description[] {
  const toLine =
    (track: CueTrack) =>
    (cue: Cue): Line => ({ ...cue, source: track.source, language: track.language });
  const lines = tracks
    .flatMap((track) => track.cues.map(toLine(track)))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  return groupLinesByClip(
    { ...base, describer: tracks.map((track) => track.source).join(', ') },
    record.clips,
    lines,
  );
}
