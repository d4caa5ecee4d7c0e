import { runInSlices } from '../../base/slices.ts';
import type { Cue, CueTrack } from '../../core/domain/cue.ts';
import type { Description, Line } from '../../core/domain/description.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../../core/errors/media-failure.ts';
import { isUnreadSidecar } from '../../core/library/media-extensions.ts';
import { type DescriptionBase, groupLinesByClip } from '../../core/pipeline/group-lines-by-clip.ts';
import { isTextTrack } from '../../core/pipeline/transcription-need.ts';
import { cleanCues } from '../../core/subtitles/parse-subtitles.ts';
import { coversSpeech } from '../../core/subtitles/prose-detector.ts';
import type { Decoder } from '../../ports/decoder.ts';
import type { Disk } from '../../ports/disk.ts';
import type { StageRunner } from './stage-runner.ts';

const CUES_VERSION = 'cues 2';

/** Takes Cues from embedded tracks (they belong to content) and from sidecar files (they belong to the path). */
export function createCuesStage(decoder: Decoder, disk: Disk): StageRunner {
  return {
    plan: {
      stage: 'cues',
      lane: 'fast',
      after: [],
      content: (record) => (textTracks(record).length > 0 ? CUES_VERSION : undefined),
      path: (copy) => (copy.sidecars.length > 0 ? `${CUES_VERSION} ${sidecarKey(copy)}` : CUES_VERSION),
    },
    async run({ copy, record, path, recipe }, onShare, signal) {
      if (record === undefined) return {};
      const { tracks, failure } = path
        ? await sidecarTracks(disk, copy, record, onShare, signal)
        : { tracks: await embeddedTracks(decoder, copy, record, onShare, signal), failure: undefined };
      const base = { videoId: copy.videoId, uri: path ? copy.uri : '', stage: 'cues', recipe } as const;
      const subtitled = tracks.some((track) => coversSpeech(track.cues, record.probe.durationMs));
      return { recordUpdate: { subtitled }, descriptions: toDescriptions(base, record, tracks), failure };
    },
  };
}

function textTracks(record: VideoRecord) {
  return record.probe.streams.filter(isTextTrack);
}

/** Another name, size or time is another sidecar. */
function sidecarKey(copy: VideoFile): string {
  return copy.sidecars.map(({ uri, bytes, modifiedMs }) => `${uri}|${bytes}|${modifiedMs}`).join(' ');
}

/** The sidecars that can be read, and why the first of the others could not. */
async function sidecarTracks(
  disk: Disk,
  copy: VideoFile,
  record: VideoRecord,
  onShare: (share: number) => void,
  signal: AbortSignal,
) {
  const tracks: CueTrack[] = [];
  let failure: MediaFailure | undefined;
  const beside = {
    video: nameOf(copy.uri),
    framesPerSecond: record.probe.streams.find((stream) => stream.kind === 'video')?.framesPerSecond,
  };
  for (const [index, { uri }] of copy.sidecars.entries()) {
    try {
      if (isUnreadSidecar(uri)) throw new MediaFailureError(unreadFormat(nameOf(uri)));
      const track = await disk.sidecar(uri, beside, signal);
      tracks.push(track);
      failure ??= unreadIn(track);
    } catch (error) {
      // One that is gone by now is left to the next look, which comes with another list.
      if (!(error instanceof MediaFailureError)) throw error;
      failure ??= error.failure;
    }
    onShare((index + 1) / copy.sidecars.length);
  }
  return { tracks, failure };
}

function nameOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function unreadFormat(name: string): MediaFailure {
  return {
    kind: 'unsupportedCodec',
    reason: `${name} is not read: ${/\.(?:sup|idx)$/i.test(name) ? 'its subtitles are pictures' : 'its captions are coded for television'}.`,
    remedy: 'Convert it to .srt or .vtt beside the video, or remove it.',
  };
}

/** What a person should know of a sidecar that was read in part. */
function unreadIn({ source, cues, unread }: CueTrack): MediaFailure | undefined {
  if (unread === undefined) return undefined;
  const where = unread.line === undefined ? '' : `, the first in line ${unread.line}`;
  const places = unread.count === 1 ? '1 place' : `${unread.count} places`;
  return {
    kind: 'unreadable',
    reason:
      cues.length === 0
        ? `${source} holds no line that can be read as a subtitle; it begins: ${unread.text}`
        : `${source}: ${places} could not be read${where}: ${unread.text}`,
    remedy: 'Correct the file or remove it; the lines that could be read are indexed.',
  };
}

async function embeddedTracks(
  decoder: Decoder,
  copy: VideoFile,
  record: VideoRecord,
  onShare: (share: number) => void,
  signal: AbortSignal,
) {
  const tracks: CueTrack[] = [];
  const streams = textTracks(record);
  for (const [index, stream] of streams.entries()) {
    const raw = await decoder.subtitles(copy.uri, stream.index, signal);
    const markup = /^(?:ass|ssa)$/.test(stream.codec) ? 'ass' : 'html';
    const cues = await runInSlices(cleanCues(raw, markup), signal);
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
