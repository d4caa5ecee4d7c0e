import { fenced } from '../core/captionPrompt.ts';
import { nameOf } from '../core/outline.ts';
import type { Answerer, Message } from '../ports/answerer.ts';
import { fits, messagesFrom, messagesOver } from './answerOver.ts';
import type { Asked } from './asked.ts';
import type { Found } from './found.ts';
import { clipSources, evidenceOf, type Source } from './sources.ts';
import { type SummaryParts, summaryOf } from './summaries.ts';
import { once } from './wholeVideos.ts';

/** Summaries that are made for one question, where not all are asked for with -1; kept ones cost nothing. */
const MOST_MADE = 50;

export interface OverVideos {
  readonly sources: readonly Source[];
  readonly messages: (signal: AbortSignal) => Promise<readonly Message[]>;
  readonly remarks: readonly string[];
}

/**
 * What a question about whole videos is answered from: all clips of the one video where the model's context holds them,
 * else the summaries of the videos, whose sentences lead to clips. All videos of a scope, or that the question names, are
 * taken; of everything there is the newest `k` alone. Rejects with UnavailableError and the signal's reason.
 */
export async function overVideos(
  parts: SummaryParts,
  model: Answerer,
  { question, k, conversation = [] }: Asked,
  { whole, allowed, narrowed }: Found,
  signal: AbortSignal,
): Promise<OverVideos> {
  const { store, catalogue } = parts;
  const every = k < 0 || narrowed || whole.length < once(allowed).length;
  const videos = every ? whole : whole.slice(0, Math.max(1, k));
  const [only] = videos;
  if (only && videos.length === 1) {
    const rows = await store.descriptions(only.videoId, only.uri);
    const sources = clipSources(only, catalogue.video(only.videoId)?.clips ?? [], rows);
    const evidence = evidenceOf(catalogue, sources);
    if (fits(model, evidence)) {
      const messages = (stop: AbortSignal) =>
        messagesOver(model, question, evidence, true, conversation, stop);
      return { sources, messages, remarks: [] };
    }
  }
  const sources: Source[] = [];
  const notes: string[] = [];
  let made = 0;
  let left = 0;
  for (const copy of videos) {
    const summary = await summaryOf(parts, model, copy, k < 0 || made < MOST_MADE, signal);
    if (!summary) left += 1;
    if (!summary || summary.notes.length === 0) continue;
    if (summary.made) made += 1;
    const numbers = new Map(summary.sources.map(({ range }, i) => [range.startMs, sources.length + i + 1]));
    sources.push(...summary.sources);
    const said = summary.notes.map(({ text, clips }) => {
      const marks = clips.flatMap(({ startMs }) => numbers.get(startMs) ?? []).map((n) => `[${n}]`);
      return `${fenced(text).replace(/[.。]$/, '')} ${marks.join('')}.`;
    });
    const name = fenced(nameOf(copy, catalogue.video(copy.videoId)));
    notes.push(videos.length > 1 ? `In "${name}": ${said.join(' ')}` : said.join('\n'));
  }
  const remarks =
    left > 0
      ? [
          `${videos.length - left} of ${videos.length} videos were read for this; ask again to go on, or with -k -1 for all at once.`,
        ]
      : [];
  const messages = (stop: AbortSignal) =>
    messagesFrom(model, question, notes, sources.length, conversation, stop);
  return { sources, messages, remarks };
}
