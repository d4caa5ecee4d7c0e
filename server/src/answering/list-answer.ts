import type { Citation } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import { countEvidenceWords } from '../core/generation/answer-prompt.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { AskRequest, TextWriter } from './ask-request.ts';
import { type EvidenceClip, toEvidenceClip, toEvidenceClips } from './evidence.ts';
import { listMoments } from './list-moments.ts';
import { MAX_PARALLEL_PROMPTS } from './map-reduce.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { distinctByContent } from './select-videos.ts';
import type { SummaryDeps } from './video-summaries.ts';

/** Maximum number of clips read for one question unless `k` is -1; more than three hours of video. */
const MAX_READ_CLIPS = 400;

export interface ListAnswer {
  readonly citations: readonly Citation[];
  readonly remarks: readonly string[];
}

type ListAnswerDeps = Pick<SummaryDeps, 'store' | 'catalogue'> & {
  readonly onModelFailure: (message: string) => void;
};

/**
 * Yields the clips of videos in portions of at least `words` words, except the last. Holds one portion in
 * memory at a time.
 */
async function* readClips(
  { store, catalogue }: ListAnswerDeps,
  copies: readonly VideoFile[],
  words: number,
  signal: AbortSignal,
): AsyncGenerator<readonly EvidenceClip[]> {
  let portion: EvidenceClip[] = [];
  for (const copy of copies) {
    signal.throwIfAborted();
    const rows = await store.descriptions(copy.videoId, copy.uri);
    portion.push(...toEvidenceClips(copy, catalogue.video(copy.videoId)?.clips ?? [], rows));
    if (portion.reduce((sum, source) => sum + countEvidenceWords(source), 0) < words) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/**
 * Answers a question about all occurrences with a list of moments. Reads all clips of the videos in question
 * if they are few or `k` is -1. Otherwise it reads the clips found and says so in a remark.
 */
export async function listAnswer(
  deps: ListAnswerDeps,
  model: Answerer,
  { question, k }: AskRequest,
  resolvedQuestion: ResolvedQuestion,
  out: TextWriter,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const { catalogue, onModelFailure } = deps;
  const copies =
    resolvedQuestion.wholeVideos.length > 0
      ? resolvedQuestion.wholeVideos
      : distinctByContent(resolvedQuestion.allowedVideos);
  const count = copies.reduce((sum, { videoId }) => sum + (catalogue.video(videoId)?.clips.length ?? 0), 0);
  const isRestricted =
    resolvedQuestion.order !== undefined ||
    resolvedQuestion.anchor !== undefined ||
    resolvedQuestion.isPartial === true;
  const readsAll = !isRestricted && (k < 0 || count <= MAX_READ_CLIPS);
  const portions = readsAll
    ? readClips(deps, copies, MAX_PARALLEL_PROMPTS * model.words, signal)
    : [resolvedQuestion.rankedPlaces.map(toEvidenceClip)];
  const { language } = resolvedQuestion.question;
  const requiresSupport = !readsAll && !resolvedQuestion.grounded;
  const remarks: string[] = [];
  if (!readsAll && !isRestricted)
    remarks.push(
      `Only the ${resolvedQuestion.rankedPlaces.length} best matches of ${count} clips were read. ` +
        'Name a video, or use -k -1 to read all clips.',
    );
  const citations: Citation[] = [];
  const request = { model, catalogue, question, language, requiresSupport };
  try {
    await listMoments(request, portions, citations, out, signal);
  } catch (error) {
    if (!(error instanceof ModelUnavailableError) || citations.length === 0) throw error;
    onModelFailure(`${model.name} did not answer: ${error.message} ${error.remedy}`);
    remarks.push(`The list is incomplete: ${error.message}`);
  }
  return { citations, remarks: citations.length > 0 ? remarks : [] };
}
