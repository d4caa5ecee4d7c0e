import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Citation } from '../core/domain/search-result.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { createCitationFilter } from '../core/generation/citation-filter.ts';
import { parseCitedSentences } from '../core/generation/video-summary.ts';
import { toStandaloneQuestion } from '../core/query/follow-up.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import type { AskRequest } from './ask-request.ts';
import {
  type EvidenceClip,
  findSupportingClips,
  toCitations,
  toEvidenceClip,
  toEvidenceClips,
} from './evidence.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { distinctByContent } from './select-videos.ts';
import {
  inspectClip,
  inspectWholeVideo,
  isNoAnswer,
  toCaptionLine,
  type VisionDeps,
  VisionUnavailableError,
} from './vision-model.ts';

/** Maximum number of clips inspected for one question. */
const MAX_INSPECTED_CLIPS = 8;
/** Number of clips inspected when the text of the video does not match the question. */
const MAX_SPREAD_CLIPS = 4;

/** Holds inspected clips with what the model saw in them. */
export interface Inspection {
  /** Clips with the model's observations among their lines; [] if it saw nothing relevant. */
  readonly sources: readonly EvidenceClip[];
  /** Set if the observations were streamed as the answer. */
  readonly citations?: readonly Citation[];
  /** Notices for the user. */
  readonly remarks: readonly string[];
}

interface InspectionDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
}

const hasVideoStream = (record: VideoRecord | undefined) =>
  record?.probe.streams.some(({ kind }) => kind === 'video') ?? false;

/**
 * Returns the one video of at most `minutes` minutes (0: none) that a question can be answered from as a
 * whole:
 * - the only video left by scope, dates and operators, or the only one that the question names;
 * - the video that contains all good hits, if a language model writes the answer. Without one, quotes answer
 *   at once, while inspecting may take a minute.
 * Returns undefined for a question about a part of a video or what lies next to a moment: its clips are
 * chosen.
 */
export function findShortVideo(
  catalogue: CatalogueReader,
  { allowedVideos, wholeVideos, isNarrowed, rankedPlaces, grounded, order, anchor }: ResolvedQuestion,
  minutes: number,
  hasAnswerer: boolean,
): VideoFile | undefined {
  if (minutes <= 0 || order || anchor) return undefined;
  const isShort = ({ videoId }: VideoFile) => {
    const record = catalogue.video(videoId);
    const lengthMs = record?.probe.durationMs ?? 0;
    return hasVideoStream(record) && lengthMs > 0 && lengthMs <= minutes * 60_000;
  };
  const candidates = distinctByContent(allowedVideos);
  const onlyVideo =
    wholeVideos.length === 1
      ? wholeVideos[0]
      : isNarrowed && candidates.length === 1
        ? candidates[0]
        : undefined;
  if (onlyVideo) return isShort(onlyVideo) ? onlyVideo : undefined;
  if (wholeVideos.length > 0 || !hasAnswerer || !grounded) return undefined;
  const strongPlaces = rankedPlaces.filter(({ hit }, i) => i === 0 || !hit.weak);
  const [firstPlace] = strongPlaces;
  const copy = firstPlace && catalogue.copy(firstPlace.hit.uri);
  return copy && isShort(copy) && strongPlaces.every(({ hit }) => hit.videoId === copy.videoId)
    ? copy
    : undefined;
}

/** Adds the model's observation to a clip. The clip is cited as a whole, because the frame is unknown. */
function withCaption(
  source: EvidenceClip,
  clip: EvidenceClip['range'],
  text: string,
  { captioner }: VisionDeps,
): EvidenceClip {
  const { startMs, endMs } = clip;
  const captionLine = toCaptionLine(text, clip, captioner);
  const lines = [...source.lines, captionLine];
  return {
    ...source,
    startMs,
    endMs,
    link: formatMediaLink(source.uri, clip),
    lines,
    quote: source.quote || text,
  };
}

/**
 * Inspects the frames of the best eight clips with the question. If no clip was found, it samples the only
 * candidate video. With `onText`, streams the observations as the answer, each sentence with its citation.
 * Rejects with VisionUnavailableError if no clip could be inspected, and with the signal's reason.
 */
export async function inspectClips(
  { store, catalogue }: InspectionDeps,
  vision: VisionDeps,
  request: AskRequest,
  resolvedQuestion: ResolvedQuestion,
  onText: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<Inspection> {
  const { k, conversation = [] } = request;
  const question = toStandaloneQuestion(request.question, conversation);
  const topPlaces =
    k < 0 ? resolvedQuestion.rankedPlaces : resolvedQuestion.rankedPlaces.slice(0, Math.max(1, k));
  const candidates =
    topPlaces.length > 0
      ? topPlaces.map((finding) => ({ source: toEvidenceClip(finding), clip: finding.hit.clip }))
      : (await spreadClips({ store, catalogue }, resolvedQuestion)).map((source) => ({
          source,
          clip: source.range,
        }));
  const candidatesByClip = new Map(candidates.map((place) => [place.source.clipId, place]));
  const selectedClips = [...candidatesByClip.values()].slice(0, MAX_INSPECTED_CLIPS);
  const evidenceClips: EvidenceClip[] = selectedClips.map(({ source }) => source);
  const remarks: string[] = [];
  let index = 0;
  let inspectedCount = 0;
  let hasOutput = false;
  const citationFilter = createCitationFilter(selectedClips.length, { attach: () => [index + 1] });
  for (const { source, clip } of selectedClips) {
    const text = await inspectClip(vision, { ...source, clip }, question, signal).catch((error: unknown) => {
      // Continues, because clips of other files may still be readable.
      if (!(error instanceof VisionUnavailableError) || selectedClips.length === 1) throw error;
      remarks.push(`A clip could not be inspected: ${error.message}`);
      return '';
    });
    // Removes citation numbers: the model saw one clip, so they are meaningless.
    const plainReply = text
      .replace(/\s*\[[\d\s,;–-]*\]/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (plainReply !== '') {
      inspectedCount += 1;
      evidenceClips[index] = withCaption(source, clip, plainReply, vision);
      // Ends the line so that the sentence is not held back until the next clip.
      const citedText = citationFilter
        .push(`${plainReply}\n`)
        .trim()
        .replace(/\s*\n\s*/g, ' ');
      if (onText && citedText !== '') {
        onText(hasOutput ? `\n${citedText}` : citedText);
        hasOutput = true;
      }
    }
    index += 1;
  }
  if (candidatesByClip.size > MAX_INSPECTED_CLIPS)
    remarks.push(`Only the best ${MAX_INSPECTED_CLIPS} of ${candidatesByClip.size} clips were inspected.`);
  if (inspectedCount === 0) {
    if (remarks.length === 0 && selectedClips.length > 0)
      remarks.push(nothingSeenNotice(selectedClips.length));
    return { sources: [], remarks };
  }
  const citations =
    onText && toCitations(evidenceClips, citationFilter.citations(), resolvedQuestion.question.language);
  return { sources: evidenceClips, remarks, ...(citations && { citations }) };
}

function nothingSeenNotice(count: number): string {
  const subject = count === 1 ? 'The frames of 1 clip were' : `The frames of ${count} clips were`;
  return `${subject} inspected, but they do not show this.`;
}

/** Samples clips evenly over the only video that the question can refer to. */
async function spreadClips(
  { store, catalogue }: InspectionDeps,
  { allowedVideos }: ResolvedQuestion,
): Promise<readonly EvidenceClip[]> {
  const [copy, secondVideo] = distinctByContent(allowedVideos);
  if (!copy || secondVideo || !hasVideoStream(catalogue.video(copy.videoId))) return [];
  const rows = await store.descriptions(copy.videoId, copy.uri);
  const allClips = toEvidenceClips(copy, catalogue.video(copy.videoId)?.clips ?? [], rows, true);
  const count = Math.min(MAX_SPREAD_CLIPS, allClips.length);
  return Array.from(
    { length: count },
    (_, i) => allClips[Math.floor(((i + 0.5) * allClips.length) / count)],
  ).filter((source) => source !== undefined);
}

/**
 * Inspects a whole short video with the question. Sentences about a numbered part become lines of its clip. A
 * sentence without a number goes to the clip that contains its words, or is dropped. With `onText`, the text
 * is streamed as the answer. Rejects with VisionUnavailableError and the signal's reason.
 */
export async function inspectVideo(
  { store, catalogue }: InspectionDeps,
  vision: VisionDeps,
  copy: VideoFile,
  { question, conversation = [] }: AskRequest,
  { language }: ResolvedQuestion['question'],
  onText: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<Inspection | undefined> {
  const rows = await store.descriptions(copy.videoId, copy.uri);
  const evidenceClips = toEvidenceClips(copy, catalogue.video(copy.videoId)?.clips ?? [], rows, true);
  const attach = (claim: string) => {
    if (isNoAnswer(claim)) return [];
    return evidenceClips.length === 1 ? [1] : findSupportingClips(claim, evidenceClips, language);
  };
  const citationFilter = createCitationFilter(evidenceClips.length, {
    attach,
    renumber: onText !== undefined,
  });
  let output = '';
  const append = (text: string) => {
    output += text;
    onText?.(text);
  };
  const remarks: string[] = [];
  try {
    await inspectWholeVideo(
      vision,
      evidenceClips,
      toStandaloneQuestion(question, conversation),
      (delta) => append(citationFilter.push(delta)),
      signal,
    );
  } catch (error) {
    // Keeps the text that was already streamed.
    if (!(error instanceof VisionUnavailableError) || output === '') throw error;
    remarks.push(`Inspecting the video stopped early: ${error.message}`);
  }
  append(citationFilter.end());
  if (output === '') return undefined;
  if (onText) {
    return {
      sources: evidenceClips,
      citations: toCitations(evidenceClips, citationFilter.citations(), language),
      remarks,
    };
  }
  const captionedClips = [...evidenceClips];
  for (const { text, numbers } of parseCitedSentences(output)) {
    for (const n of new Set(numbers)) {
      const source = captionedClips[n - 1];
      if (source) captionedClips[n - 1] = withCaption(source, source.range, text, vision);
    }
  }
  return { sources: captionedClips.filter(({ lines }) => lines.length > 0), remarks };
}
