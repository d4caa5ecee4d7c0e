import type { AnswerJob } from './answer-job.ts';
import { findShortVideo, type Inspection, inspectClips, inspectVideo } from './vision-answer.ts';
import { type VisionDeps, VisionUnavailableError } from './vision-model.ts';

export const NO_CAPTIONER_NOTICE =
  'The frames were not inspected: no captioner is available. See "goldfish models", or set models.captioner.';
const WHOLE_VIDEO_NOT_INSPECTED_NOTICE =
  'The frames were not inspected: the question is about a whole video, and only the clips of a result are inspected.';

/**
 * Returns what the vision-language model sees in the clips found (with `inspect`) or in a whole short video, or
 * undefined if there is nothing to inspect or nothing is seen. A failure is reported, and the answer goes without.
 */
export async function inspectFrames(job: AnswerJob, vision: VisionDeps): Promise<Inspection | undefined> {
  const { deps, request, remarks } = job;
  try {
    return await lookAtFrames(job, vision);
  } catch (error) {
    if (!(error instanceof VisionUnavailableError)) throw error;
    deps.onModelFailure(`${vision.captioner.name} did not look: ${error.message}`);
    if (request.inspect) remarks.push(`The frames could not be inspected: ${error.message}`);
    return undefined;
  }
}

async function lookAtFrames(job: AnswerJob, vision: VisionDeps): Promise<Inspection | undefined> {
  const { deps, request, resolved, model, remarks, signal } = job;
  const isWholeVideo = resolved.wholeVideos.length > 0;
  // Without a language model, what is seen is the answer.
  const onText = model ? undefined : job.out.add;
  if (request.inspect && !isWholeVideo) {
    const inspection = await inspectClips(deps, vision, request, resolved, onText, signal);
    remarks.push(...inspection.remarks);
    if (inspection.sources.length > 0) return inspection;
  }
  if (request.ranges) return undefined;
  const video = findShortVideo(deps.catalogue, resolved, deps.maxWholeVideoMinutes(), model !== undefined);
  if (video) {
    const inspection = await inspectVideo(deps, vision, video, request, resolved.question, onText, signal);
    remarks.push(...(inspection?.remarks ?? []));
    return inspection;
  }
  if (request.inspect && isWholeVideo) remarks.push(WHOLE_VIDEO_NOT_INSPECTED_NOTICE);
  return undefined;
}
