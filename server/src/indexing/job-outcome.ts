import { ChildError } from '../base/child-error.ts';
import { messageOf } from '../base/message-of.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../core/errors/media-failure.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { extendClips } from '../core/media/clip-segmenter.ts';
import { findResumeMs } from '../core/pipeline/extent.ts';
import type { Job, JobOutcome } from '../core/pipeline/job.ts';
import { PROBE_FINGERPRINT } from '../core/pipeline/planner.ts';
import { STAGE_TRAITS } from '../core/pipeline/stage-traits.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';
import type { ClipUpdate, StageResult } from './stages/stage-runner.ts';

/** Converts an outcome to index writes: the rows, then the record or copy that marks the stage as done. */
export function outcomeToBatch(
  view: CatalogueView,
  job: Job,
  outcome: Extract<JobOutcome<StageResult>, { state: 'ok' | 'refused' }>,
): WriteBatch | undefined {
  const result = outcome.state === 'ok' ? outcome.value : undefined;
  const failure = outcome.state === 'refused' ? outcome.failure : outcome.value.failure;
  const markDone = <T extends { done: VideoFile['done']; failures: VideoFile['failures'] }>(row: T): T => {
    const { [job.stage]: previousFailure, ...others } = row.failures;
    // The same object while nothing changes: it is kept for each video.
    const failures = previousFailure === undefined ? row.failures : others;
    return {
      ...row,
      done: { ...row.done, [job.stage]: job.recipe },
      failures: failure === undefined ? failures : { ...failures, [job.stage]: failure },
    };
  };
  const uri: Uri | '' = job.path ? job.uri : '';
  const storedRecord = view.video(job.videoId);
  // What was read of a recording before it failed stays.
  const keepsRows =
    outcome.state === 'refused' &&
    storedRecord !== undefined &&
    findResumeMs(storedRecord, job.stage, job.recipe) > 0;
  const descriptions = [
    ...(!keepsRows && STAGE_TRAITS[job.stage].writesRows
      ? [{ videoId: job.videoId, uri, stage: job.stage, rows: result?.descriptions ?? [] }]
      : []),
    ...(result?.recutRows ?? []),
  ];
  const rows: WriteBatch = {
    descriptions,
    passages: result?.passages,
    outlines: result?.outlines,
    vectors: result?.vectors,
  };
  if (job.path) {
    const copy = view.copy(job.uri);
    // Drops the result if the copy is gone or has another content.
    if (copy === undefined || copy.videoId !== job.videoId) return undefined;
    const isSubtitled = result?.recordUpdate?.subtitled ?? copy.subtitled;
    return {
      ...rows,
      copies: [markDone(isSubtitled === undefined ? copy : { ...copy, subtitled: isSubtitled })],
    };
  }
  const copies = view.copiesOf(job.videoId);
  if (copies.length === 0) return undefined;
  const previousRecord =
    view.video(job.videoId) ?? (job.stage === 'probe' ? createEmptyRecord(job) : undefined);
  // The record was removed while the stage ran, as when two files swap contents: it must be probed first.
  if (previousRecord === undefined) return undefined;
  const updatedRecord = { ...previousRecord, ...result?.recordUpdate };
  const record = markDone(
    result?.clipUpdate === undefined
      ? updatedRecord
      : { ...updatedRecord, clips: updateClips(updatedRecord, result.clipUpdate) },
  );
  const recordedMs = Date.parse(result?.recordUpdate?.probe?.recorded ?? '');
  const redatedCopies = Number.isNaN(recordedMs)
    ? []
    : copies.filter((copy) => copy.recordedMs !== recordedMs);
  return {
    ...onlyRowsOfPlaces(rows, copies),
    videos: [record],
    copies: redatedCopies.map((copy) => ({ ...copy, recordedMs })),
  };
}

function updateClips(record: VideoRecord, { fromMs, clips, clipMs }: ClipUpdate): VideoRecord['clips'] {
  const keptClips = record.clips.filter(({ endMs }) => endMs <= fromMs);
  return extendClips([...keptClips, ...clips], record.probe.durationMs, clipMs);
}

/**
 * Drops rows of copies that were removed, replaced or forgotten while the stage ran: nothing would ever remove them.
 */
function onlyRowsOfPlaces(rows: WriteBatch, copies: readonly VideoFile[]): WriteBatch {
  const uris = new Set<string>(copies.filter(({ forgotten }) => !forgotten).map(({ uri }) => uri)).add('');
  const hasPlace = ({ uri }: { readonly uri: string }) => uris.has(uri);
  return {
    descriptions: rows.descriptions?.filter(hasPlace),
    passages: rows.passages?.filter(hasPlace),
    outlines: rows.outlines?.filter(hasPlace),
    vectors: rows.vectors?.filter(hasPlace),
  };
}

/** Creates the record to which a probe adds what it found, or its failure. */
function createEmptyRecord(job: Job): VideoRecord {
  return {
    videoId: job.videoId,
    probe: { container: '', durationMs: 0, streams: [], chapters: [] },
    done: { probe: PROBE_FINGERPRINT },
    failures: {},
    clips: [],
  };
}

/** Converts the error of a stage to the outcome of its job: `unavailable` if the file is not at fault. */
export function toFailedOutcome(
  job: Job,
  error: unknown,
): Extract<JobOutcome<never>, { state: 'refused' | 'unavailable' }> {
  if (error instanceof ModelUnavailableError)
    return { state: 'unavailable', reason: `${error.message} ${error.remedy}` };
  // A process could not be started.
  if (error instanceof ChildError && error.kind === 'start')
    return { state: 'unavailable', reason: error.message };
  const failure = error instanceof MediaFailureError ? error.failure : toUnexpectedFailure(job, error);
  return { state: 'refused', failure };
}

function toUnexpectedFailure(job: Job, error: unknown): MediaFailure {
  const message = messageOf(error);
  return {
    kind: 'crashed',
    reason: `Indexing stopped unexpectedly in stage ${job.stage}: ${message}`,
    remedy: 'Run "goldfish reindex" on this file. If it happens again, report it and attach the log.',
  };
}
