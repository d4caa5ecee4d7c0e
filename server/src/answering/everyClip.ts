import { wordsOf } from '../core/answerPrompt.ts';
import type { Citation } from '../core/hit.ts';
import { UnavailableError } from '../core/unavailable.ts';
import type { Copy } from '../core/video.ts';
import type { Answerer } from '../ports/answerer.ts';
import { AT_ONCE } from './answerOver.ts';
import type { Asked, Writer } from './asked.ts';
import { listEvery } from './everyTime.ts';
import type { Found } from './found.ts';
import { clipSources, type Source, sourceOf } from './sources.ts';
import type { SummaryParts } from './summaries.ts';
import { once } from './wholeVideos.ts';

/** Clips that are all read for one question, where not all are asked for with -1: over three hours of video. */
const EVERY_CLIPS = 400;

export interface Listed {
  readonly citations: readonly Citation[];
  readonly remarks: readonly string[];
}

type Shelf = Pick<SummaryParts, 'store' | 'catalogue'> & { readonly onTrouble: (message: string) => void };

/** The clips of videos in portions of at least `words`, but for the last: no more of them is held at a time. */
async function* clipsOf(
  { store, catalogue }: Shelf,
  copies: readonly Copy[],
  words: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Source[]> {
  let portion: Source[] = [];
  for (const copy of copies) {
    signal.throwIfAborted();
    const rows = await store.descriptions(copy.videoId, copy.uri);
    portion.push(...clipSources(copy, catalogue.video(copy.videoId)?.clips ?? [], rows));
    if (portion.reduce((sum, source) => sum + wordsOf(source), 0) < words) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/**
 * Answers a question that asks for all the times of something by a list of moments. All clips of the videos meant are
 * read where they are few or all are asked for (k is -1), else those that were found, and that is told.
 */
export async function listed(
  shelf: Shelf,
  model: Answerer,
  { question, k }: Asked,
  found: Found,
  out: Writer,
  signal: AbortSignal,
): Promise<Listed> {
  const { catalogue, onTrouble } = shelf;
  const copies = found.whole.length > 0 ? found.whole : once(found.allowed);
  const count = copies.reduce((sum, { videoId }) => sum + (catalogue.video(videoId)?.clips.length ?? 0), 0);
  const chosen = found.order !== undefined || found.anchor !== undefined || found.partial === true;
  const all = !chosen && (k < 0 || count <= EVERY_CLIPS);
  const portions = all
    ? clipsOf(shelf, copies, AT_ONCE * model.words, signal)
    : [found.findings.map(sourceOf)];
  const { language } = found.question;
  const strict = !all && !found.grounded;
  const remarks: string[] = [];
  if (!all && !chosen)
    remarks.push(
      `Read were the ${found.findings.length} places that fit the question best, of ${count} clips; ` +
        'name a video, or ask with -k -1 to have all of them read.',
    );
  const citations: Citation[] = [];
  const job = { model, catalogue, question, language, strict };
  try {
    await listEvery(job, portions, citations, out, signal);
  } catch (error) {
    if (!(error instanceof UnavailableError) || citations.length === 0) throw error;
    onTrouble(`${model.name} did not answer: ${error.message} ${error.remedy}`);
    remarks.push(`The list is not complete: ${error.message}`);
  }
  return { citations, remarks: citations.length > 0 ? remarks : [] };
}
