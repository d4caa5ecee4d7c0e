import type { Failure } from '../core/failure.ts';
import type { Job, Outcome } from '../core/job.ts';
import { PROBE_RECIPE } from '../core/plan.ts';
import type { Uri } from '../core/range.ts';
import type { Stage } from '../core/recipe.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Batch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';
import type { StageResult } from './stage.ts';

/** Stages that describe nothing themselves. */
const WITHOUT_ROWS: ReadonlySet<Stage> = new Set(['probe', 'embed', 'embedFrames', 'passages']);

/** What an outcome writes: the rows, then the record or copy that says they are there. */
export function outcomeBatch(
  view: CatalogueView,
  job: Job,
  outcome: Extract<Outcome<StageResult>, { state: 'ok' | 'refused' }>,
): Batch | undefined {
  const result = outcome.state === 'ok' ? outcome.value : undefined;
  const failure = outcome.state === 'refused' ? outcome.failure : outcome.value.failure;
  const mark = <T extends { done: Copy['done']; failures: Copy['failures'] }>(row: T): T => {
    const { [job.stage]: _before, ...failures } = row.failures;
    return {
      ...row,
      done: { ...row.done, [job.stage]: job.recipe },
      failures: failure === undefined ? failures : { ...failures, [job.stage]: failure },
    };
  };
  const uri: Uri | '' = job.path ? job.uri : '';
  const descriptions = [
    ...(WITHOUT_ROWS.has(job.stage)
      ? []
      : [{ videoId: job.videoId, uri, stage: job.stage, rows: result?.descriptions ?? [] }]),
    ...(result?.recut ?? []),
  ];
  const rows: Batch = {
    descriptions,
    passages: result?.passages,
    outlines: result?.outlines,
    vectors: result?.vectors,
  };
  if (job.path) {
    const copy = view.copy(job.uri);
    // Gone or another content by now: what was found belongs to nothing.
    if (copy === undefined || copy.videoId !== job.videoId) return undefined;
    const subtitled = result?.learned?.subtitled ?? copy.subtitled;
    return { ...rows, copies: [mark(subtitled === undefined ? copy : { ...copy, subtitled })] };
  }
  const copies = view.copiesOf(job.videoId);
  if (copies.length === 0) return undefined;
  const before = view.video(job.videoId) ?? bareRecord(job);
  const record = mark({ ...before, ...result?.learned });
  const recordedMs = Date.parse(result?.learned?.probe?.recorded ?? '');
  const dated = Number.isNaN(recordedMs) ? [] : copies.filter((copy) => copy.recordedMs !== recordedMs);
  return { ...rows, videos: [record], copies: dated.map((copy) => ({ ...copy, recordedMs })) };
}

/** The record of a content that could not be probed. */
function bareRecord(job: Job): VideoRecord {
  return {
    videoId: job.videoId,
    probe: { container: '', durationMs: 0, streams: [], chapters: [] },
    done: { probe: PROBE_RECIPE },
    failures: {},
    clips: [],
  };
}

export function unexpected(job: Job, error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  return {
    kind: 'crashed',
    reason: `The stage ${job.stage} stopped unexpectedly: ${said}`,
    remedy: 'Run "goldfish reindex" on this file; if it happens again, report it with the log.',
  };
}
