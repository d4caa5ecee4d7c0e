import type { Description } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Job } from '../core/pipeline/job.ts';
import type { StageResult } from './stages/stage-runner.ts';

/** Returns whether all rows belong to the content, place and stage of a job. */
export function areRowsOf(job: Job, rows: readonly Description[]): boolean {
  const uri = job.path ? job.uri : '';
  return rows.every((row) => row.videoId === job.videoId && row.uri === uri && row.stage === job.stage);
}

/** Lists the fields of the record that stages of workers measure. */
const OWN_FIELDS: Readonly<Partial<Record<Stage, readonly string[]>>> = {
  facts: ['clips', 'textTimes', 'soundTrack', 'soundChannel'],
  transcribe: ['soundTrack', 'speech'],
};

/** Returns whether a result changes of the record only what its stage measures. */
function changesOwnRecord({ stage }: Job, { recordUpdate = {} }: StageResult): boolean {
  const fields = Object.keys(recordUpdate);
  const ownFields = OWN_FIELDS[stage] ?? [];
  return fields.every((field) => ownFields.includes(field));
}

/**
 * Returns whether a result from a worker writes only rows of its own job. The stages that workers run derive no rows
 * of others.
 */
export function isResultOf(job: Job, result: StageResult): boolean {
  const uri = job.path ? job.uri : '';
  return (
    changesOwnRecord(job, result) &&
    result.recutRows === undefined &&
    result.passages === undefined &&
    result.outlines === undefined &&
    areRowsOf(job, result.descriptions ?? []) &&
    (result.vectors ?? []).every(
      (vectors) =>
        vectors.videoId === job.videoId &&
        vectors.uri === uri &&
        vectors.rows.every((row) => row.videoId === job.videoId && row.uri === uri),
    )
  );
}
