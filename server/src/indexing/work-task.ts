import { toModelRevision } from '../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { Job } from '../core/pipeline/job.ts';
import { STAGE_TRAITS } from '../core/pipeline/stage-traits.ts';
import type { WorkTask } from '../core/pipeline/work-task.ts';
import type { StageDeps } from './stages/stage-deps.ts';

/** Collects what the stage of a job reads besides the media, for a worker without an index. */
export async function toWorkTask(
  deps: Pick<StageDeps, 'store' | 'correctedStore' | 'corrections' | 'copiesOf' | 'textEmbedder'>,
  job: Job,
  copy: VideoFile,
  record: VideoRecord,
): Promise<WorkTask> {
  const { store, correctedStore, corrections } = deps;
  const { videoId, stage } = job;
  const { reads } = STAGE_TRAITS[stage];
  // The stage reads rows of the content with those of its copy, as `embed` of a path does.
  const uri = stage === 'embed' && !job.path ? '' : copy.uri;
  const embedder = stage === 'embed' ? deps.textEmbedder() : undefined;
  const [stored, corrected, vectors] = await Promise.all([
    reads === undefined || reads.stored.length === 0 ? [] : store.descriptions(videoId, uri, reads.stored),
    reads === undefined ? [] : correctedStore.descriptions(videoId, uri, reads.corrected),
    embedder === undefined
      ? []
      : store.vectors({ role: 'text', model: toModelRevision(embedder) }, videoId, uri),
  ]);
  return {
    job,
    copy,
    copies: deps.copiesOf(videoId).filter(({ forgotten }) => !forgotten),
    record,
    stored,
    corrected,
    vectors,
    lostVectorCount: store.lostVectorCount(),
    correctionsRevision: corrections.revision(videoId),
    learnedWords: stage === 'transcribe' ? corrections.learnedWords() : [],
  };
}
