import { sanitisePromptText } from '../core/generation/caption-prompt.ts';
import { toDisplayName } from '../core/ranking/build-outline.ts';
import type { Answerer, AnswererMessage } from '../ports/answerer.ts';
import type { AskRequest } from './ask-request.ts';
import { type EvidenceClip, toEvidenceClips, toPromptEvidence } from './evidence.ts';
import { fitsContext, mapReduceMessages, reduceMessages } from './map-reduce.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { distinctByContent } from './select-videos.ts';
import { findOrCreateSummary, type SummaryDeps } from './video-summaries.ts';

/** Maximum number of summaries created for one question unless `k` is -1. Stored summaries are free. */
const MAX_NEW_SUMMARIES = 50;

export interface WholeVideoAnswer {
  readonly sources: readonly EvidenceClip[];
  readonly messages: (signal: AbortSignal) => Promise<readonly AnswererMessage[]>;
  readonly remarks: readonly string[];
}

/**
 * Gathers the evidence for a question about whole videos. One video that fits the model's context is read in
 * full; otherwise the answer is made from summaries, whose sentences cite clips. Uses all videos of the scope
 * or named by the question; without either, only the newest `k`. Rejects with ModelUnavailableError and the
 * signal's reason.
 */
export async function answerWholeVideos(
  deps: SummaryDeps,
  model: Answerer,
  { question, k, conversation = [] }: AskRequest,
  { wholeVideos, allowedVideos, isNarrowed }: ResolvedQuestion,
  signal: AbortSignal,
): Promise<WholeVideoAnswer> {
  const { store, catalogue } = deps;
  const takesAll = k < 0 || isNarrowed || wholeVideos.length < distinctByContent(allowedVideos).length;
  const videos = takesAll ? wholeVideos : wholeVideos.slice(0, Math.max(1, k));
  const [onlyVideo] = videos;
  if (onlyVideo && videos.length === 1) {
    const rows = await store.descriptions(onlyVideo.videoId, onlyVideo.uri);
    const sources = toEvidenceClips(onlyVideo, catalogue.video(onlyVideo.videoId)?.clips ?? [], rows);
    const evidence = toPromptEvidence(catalogue, sources);
    if (fitsContext(model, evidence)) {
      const messages = (abortSignal: AbortSignal) =>
        mapReduceMessages(model, question, evidence, true, conversation, abortSignal);
      return { sources, messages, remarks: [] };
    }
  }
  const sources: EvidenceClip[] = [];
  const notes: string[] = [];
  let newSummaries = 0;
  let skippedVideos = 0;
  for (const copy of videos) {
    const summary = await findOrCreateSummary(
      deps,
      model,
      copy,
      k < 0 || newSummaries < MAX_NEW_SUMMARIES,
      signal,
    );
    if (!summary) skippedVideos += 1;
    if (!summary || summary.notes.length === 0) continue;
    if (summary.isNew) newSummaries += 1;
    const numbers = new Map(summary.sources.map(({ range }, i) => [range.startMs, sources.length + i + 1]));
    sources.push(...summary.sources);
    const sentences = summary.notes.map(({ text, clips }) => {
      const citationMarks = clips.flatMap(({ startMs }) => numbers.get(startMs) ?? []).map((n) => `[${n}]`);
      return `${sanitisePromptText(text).replace(/[.。]$/, '')} ${citationMarks.join('')}.`;
    });
    const name = sanitisePromptText(toDisplayName(copy, catalogue.video(copy.videoId)));
    notes.push(videos.length > 1 ? `In "${name}": ${sentences.join(' ')}` : sentences.join('\n'));
  }
  const remarks =
    skippedVideos > 0
      ? [
          `Read ${videos.length - skippedVideos} of ${videos.length} videos. Ask again to read more, or use -k -1 to read all.`,
        ]
      : [];
  const messages = (abortSignal: AbortSignal) =>
    reduceMessages(model, question, notes, sources.length, conversation, abortSignal);
  return { sources, messages, remarks };
}
