import type { EvidenceKind } from '../../protocol/base.ts';
import type { ExportFormat, ExportMoment, ExportParams, ExportResult } from '../../protocol/export.ts';
import { EXPORT_EXTENSIONS } from '../../protocol/names.ts';
import type { VideoResult } from '../../protocol/videos.ts';
import { writeText } from '../base/atomic-output.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { overlapMs, type TimeRange, type Uri } from '../core/domain/time-range.ts';
import { findTrack } from '../core/domain/video.ts';
import { exportWriters } from '../exporting/formats.ts';
import {
  ExportError,
  type ExportLine,
  type ExportSource,
  type SelectedMoment,
} from '../exporting/selection.ts';
import { RequestError } from '../library.ts';
import { outputPath, rethrowOutput } from './output.ts';

const DEFAULT_TITLE = 'Moments found by Goldfish';
/** Orders the kinds of text for a moment. The first kind that it has is exported. */
const EVIDENCE_PRIORITY: readonly EvidenceKind[] = ['speech', 'description', 'caption', 'screenText'];

function toExportSource({ uri, path, durationMs, streams }: VideoResult): ExportSource {
  const picture = findTrack(streams, 'video');
  const sound = findTrack(streams, 'audio');
  return {
    uri,
    name: path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1),
    durationMs,
    framesPerSecond: picture?.framesPerSecond,
    width: picture?.width,
    height: picture?.height,
    video: picture !== undefined,
    codecs: [picture, sound].flatMap((stream) => (stream === undefined ? [] : [stream.codec])),
    audio: sound && { channels: sound.channels ?? 2, sampleRate: sound.sampleRate ?? 48_000 },
  };
}

function selectLines({ lines }: VideoResult, range: TimeRange): readonly ExportLine[] {
  const linesInRange = lines.filter((line) => overlapMs(line, range) > 0);
  for (const kind of EVIDENCE_PRIORITY) {
    const linesOfKind = linesInRange.filter((line) => line.kind === kind);
    if (linesOfKind.length > 0) return linesOfKind;
  }
  return [];
}

/** Returns the range of a moment, trimmed to its video. Throws `invalid` if nothing is left. */
function toRange({ uri, startMs, endMs }: ExportMoment, video: VideoResult): TimeRange {
  const clip = video.clips.find((candidate) => candidate.startMs <= startMs && startMs < candidate.endMs);
  const range = { startMs, endMs: Math.min(endMs ?? clip?.endMs ?? video.durationMs, video.durationMs) };
  if (range.endMs > range.startMs) return range;
  throw new RequestError(
    'invalid',
    `${video.path} has no moment from ${startMs} to ${endMs ?? video.durationMs} ms: it lasts ${video.durationMs} ms.`,
    'Choose a start before the end of the video, and an end after the start.',
    uri,
  );
}

/** Adds source and lines from the index to moments. Rejects if the video of a moment is not indexed. */
export async function resolveMoments(
  videoOf: (uri: Uri) => Promise<VideoResult>,
  moments: readonly ExportMoment[],
): Promise<readonly SelectedMoment[]> {
  const videos = new Map<Uri, VideoResult>();
  for (const { uri } of moments) if (!videos.has(uri)) videos.set(uri, await videoOf(uri));
  return moments.flatMap((moment): SelectedMoment[] => {
    const video = videos.get(moment.uri);
    if (video === undefined) return [];
    const range = toRange(moment, video);
    return [{ ...range, source: toExportSource(video), lines: selectLines(video, range) }];
  });
}

/** Exports moments as text in a format. Writes a file if one is given. */
export async function exportMoments(
  videoOf: (uri: Uri) => Promise<VideoResult>,
  guard: GuardOutput,
  { moments, format, title, file, force }: ExportParams,
): Promise<ExportResult> {
  const selectedMoments = await resolveMoments(videoOf, moments);
  const result = writeMoments(selectedMoments, format, title ?? DEFAULT_TITLE);
  if (file === undefined) return result;
  const path = outputPath(file);
  const save = async () => {
    await guard(path);
    await writeText(path, result.text, force === true);
  };
  await save().catch(rethrowOutput(file));
  return { ...result, path };
}

function writeMoments(moments: readonly SelectedMoment[], format: ExportFormat, title: string): ExportResult {
  try {
    const text = exportWriters[format]({ title, moments });
    return { format, extension: EXPORT_EXTENSIONS[format][0], text };
  } catch (error) {
    if (error instanceof ExportError) throw new RequestError('invalid', error.message, error.remedy);
    throw error;
  }
}
