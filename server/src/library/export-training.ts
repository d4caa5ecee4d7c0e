import type { Tokens } from '../../protocol/base.ts';
import type {
  TrainingExportParams,
  TrainingExportProgress,
  TrainingExportResult,
} from '../../protocol/training.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import { parseClipId } from '../core/domain/clip-id.ts';
import type { TimeRange } from '../core/domain/time-range.ts';
import { overlapMs } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { visionPrompt } from '../core/generation/vision-prompt.ts';
import {
  captionTarget,
  rowId,
  type TrainingRow,
  type TrainingTarget,
  toTrainingRow,
} from '../core/training/training-row.ts';
import { loadPromptLines, prepareCaptionRequests } from '../indexing/caption-requests.ts';
import { RequestError } from '../library.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { Decoder } from '../ports/decoder.ts';
import { type VideoDeps, videoNotFound } from './describe-video.ts';
import { createTrainingFolder, requireCaptioner, type TrainingFolder } from './training-folder.ts';

export type TrainingExportRequest = Omit<TrainingExportParams, keyof Tokens>;

interface TrainingExportDeps extends VideoDeps {
  readonly media: Pick<Decoder, 'frames'>;
  readonly captioner: Captioner | undefined;
  /** BCP 47 tag of the captions. */
  readonly language: string;
  readonly guard: GuardOutput;
  readonly onProgress: (progress: TrainingExportProgress) => void;
  readonly signal: AbortSignal;
}

/** A clip of which a row is made. */
interface Candidate {
  readonly copy: VideoFile;
  readonly clip: TimeRange;
  readonly target: TrainingTarget;
}

/** Number of clips whose frames are in memory at once. */
const BATCH_CLIPS = 8;
const DEFAULT_CAPTIONS_PER_CORRECTION = 5;
const MIN_CAPTIONS = 100;
/** The question whose answer are the tags of a clip. */
const TAG_QUESTION = 'Which tags describe this clip?';

function copiesIn({ catalogue }: TrainingExportDeps, uris: readonly string[] | undefined) {
  const copies =
    uris === undefined
      ? [...catalogue.copies()]
      : uris.flatMap((uri) => {
          const found = catalogue.under(uri);
          if (found.length === 0) throw videoNotFound(uri);
          return found;
        });
  // One copy of each content: a row is about what is in the file, not where it is.
  const byContent = new Map<string, VideoFile>();
  for (const copy of copies.toSorted((a, b) => (a.uri < b.uri ? -1 : 1)))
    if (!copy.forgotten && copy.videoId !== '' && !byContent.has(copy.videoId))
      byContent.set(copy.videoId, copy);
  return [...byContent.values()];
}

function tagTargets(record: VideoRecord, deps: TrainingExportDeps) {
  const tags = deps.corrections.forVideo(record.videoId).filter(({ change }) => change === 'tag');
  return record.clips.flatMap((clip) => {
    const texts = tags.flatMap((tag) =>
      // A tag that touches only the edge of a clip may be about the next one.
      tag.change === 'tag' && overlapMs(tag, clip) * 2 >= clip.endMs - clip.startMs ? [tag.text] : [],
    );
    if (texts.length === 0) return [];
    const target: TrainingTarget = { source: 'tags', text: `${texts.join(', ')}.`, describer: 'a person' };
    return [{ clip, target }];
  });
}

async function captionTargets(copy: VideoFile, record: VideoRecord, deps: TrainingExportDeps) {
  const rows = await deps.storeWithCorrections.descriptions(record.videoId, copy.uri, ['caption']);
  const known = new Set(record.clips.map(({ startMs, endMs }) => `${startMs}-${endMs}`));
  return rows.flatMap((row) => {
    const clip = parseClipId(row.clipId) ?? row;
    return row.lines.flatMap((line) => {
      const target = line.kind === 'caption' ? captionTarget(line) : undefined;
      // A caption of a clip with old edges describes other frames.
      if (target === undefined || !known.has(`${clip.startMs}-${clip.endMs}`)) return [];
      return [{ clip: { startMs: clip.startMs, endMs: clip.endMs }, target }];
    });
  });
}

async function findCandidates(
  { from, uris, captionsPerCorrection = DEFAULT_CAPTIONS_PER_CORRECTION }: TrainingExportRequest,
  deps: TrainingExportDeps,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const copy of copiesIn(deps, uris)) {
    deps.signal.throwIfAborted();
    const record = deps.catalogue.video(copy.videoId);
    if (record === undefined) continue;
    const targets = [...(await captionTargets(copy, record, deps)), ...tagTargets(record, deps)];
    candidates.push(...targets.map((each) => ({ copy, ...each })));
  }
  const wanted = candidates.filter(({ target }) => from?.some((source) => source === target.source) ?? true);
  const [captions, others] = [true, false].map((isCaption) =>
    wanted.filter(({ target }) => (target.source === 'captions') === isCaption),
  );
  const limit = Math.max(MIN_CAPTIONS, Math.round((others?.length ?? 0) * captionsPerCorrection));
  // By hash, so that the choice is spread over all videos and the same each time.
  const key = ({ copy, clip, target }: Candidate) => rowId(copy.videoId, clip, target.source);
  const chosen = new Set(
    (captions ?? [])
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
      .slice(0, limit)
      .concat(others ?? []),
  );
  return candidates.filter((candidate) => chosen.has(candidate));
}

/** Writes some clips of one video. Returns the sources of the rows. */
async function writeRows(
  copy: VideoFile,
  candidates: readonly Candidate[],
  captioner: Captioner,
  folder: TrainingFolder,
  deps: TrainingExportDeps,
): Promise<readonly TrainingRow['source'][]> {
  const lines = await loadPromptLines(deps.storeWithCorrections, copy.videoId, copy.uri);
  const video = { uri: copy.uri, lines };
  const clips = candidates.map(({ clip }) => clip);
  const ports = { decoder: deps.media, captioner };
  const requests = await prepareCaptionRequests(clips, video, ports, deps.language, deps.signal);
  const rows: TrainingRow[] = [];
  for (const [i, { clip, request }] of requests.entries()) {
    const target = candidates[i]?.target;
    if (target === undefined || request.pictures.length === 0) continue;
    const frameTimesMs = request.pictures.map(({ timeMs }) => timeMs);
    const name = `${copy.videoId.slice(0, 16)}/${rowId(copy.videoId, clip, target.source)}`;
    const frames = await folder.addFrames(name, request.pictures);
    const clipLines = lines.filter((line) => overlapMs(line, clip) > 0);
    const prompt =
      target.source === 'tags'
        ? visionPrompt(clip, frameTimesMs, clipLines, TAG_QUESTION, captioner.budget)
        : request.prompt;
    const place = { content: copy.videoId, video: copy.path, ...clip, frames, frameTimesMs };
    rows.push(toTrainingRow(place, prompt, target));
  }
  await folder.addRows(rows);
  return rows.map(({ source }) => source);
}

/**
 * Writes a data set for the captioner in use: a row for each corrected caption, each tagged clip, and a number
 * of other captions. A video whose frames cannot be decoded is reported, and its remaining clips have no rows.
 */
export async function exportTraining(
  request: TrainingExportRequest,
  deps: TrainingExportDeps,
): Promise<TrainingExportResult> {
  const captioner = requireCaptioner(deps.captioner);
  const candidates = await findCandidates(request, deps);
  if (candidates.length === 0)
    throw new RequestError(
      'notFound',
      'There is nothing to train on: no caption is corrected, and there are no captions and no tags.',
      'Correct some captions first, with "goldfish correct" or in the page.',
    );
  const folder = await createTrainingFolder(request.folder, request.split, { ...deps, captioner });
  const sources = { corrections: 0, tags: 0, captions: 0 };
  const unreadable: { path: string; reason: string }[] = [];
  let done = 0;
  for (const [copy, ofVideo] of Map.groupBy(candidates, (candidate) => candidate.copy)) {
    try {
      for (let at = 0; at < ofVideo.length; at += BATCH_CLIPS) {
        deps.onProgress({ done, total: candidates.length, path: copy.path });
        const batch = ofVideo.slice(at, at + BATCH_CLIPS);
        for (const source of await writeRows(copy, batch, captioner, folder, deps))
          if (source !== 'imported') sources[source] += 1;
        done += batch.length;
      }
    } catch (error) {
      if (!(error instanceof MediaFailureError)) throw error;
      unreadable.push({ path: copy.path, reason: error.message });
    }
  }
  return { ...(await folder.finish({ sources, unreadable })), sources, unreadable };
}
