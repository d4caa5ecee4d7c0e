import { clipIdOf } from '../core/clipId.ts';
import { descriptionId } from '../core/describe.ts';
import type { Description, Note } from '../core/description.ts';
import { notesOf, SUMMARY_QUESTION, summaryRecipe } from '../core/summary.ts';
import type { Copy } from '../core/video.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Store } from '../ports/store.ts';
import { messagesOver, note } from './answerOver.ts';
import type { Catalogue } from './catalogue.ts';
import { clipSources, evidenceOf, type Source } from './sources.ts';

/** A video's summary with the clips that its sentences rest on. */
export interface Summary {
  readonly notes: readonly Note[];
  /** Those clips alone, in order. */
  readonly sources: readonly Source[];
  /** True where the model was asked for it now, false where it was kept. */
  readonly made: boolean;
}

export interface SummaryParts {
  readonly store: Store;
  readonly catalogue: Catalogue;
  /** Keeps a summary in the index; one that cannot be kept is made anew the next time. */
  readonly keep: (row: Description) => Promise<void>;
}

/**
 * The summary of a copy, over all its clips however many they are: the kept one where it was made by this model from just
 * these words, else a new one, which is kept; undefined where there is none and `make` is false. Without notes where the
 * video says nothing, or the model wrote nothing that cites. Rejects with UnavailableError and the signal's reason.
 */
export async function summaryOf(
  { store, catalogue, keep }: SummaryParts,
  model: Answerer,
  copy: Copy,
  make: boolean,
  signal: AbortSignal,
): Promise<Summary | undefined> {
  signal.throwIfAborted();
  const { videoId, uri } = copy;
  const record = catalogue.video(videoId);
  const rows = await store.descriptions(videoId, uri);
  const own = rows.filter(({ stage }) => stage !== 'summary');
  const sources = clipSources(copy, record?.clips ?? [], own);
  if (sources.length === 0) return { notes: [], sources: [], made: false };
  const recipe = summaryRecipe(model.name, sources);
  const known = rows.find((row) => row.stage === 'summary' && row.recipe === recipe)?.notes;
  if (known) return { notes: known, sources: restedOn(known, sources), made: false };
  if (!make) return undefined;
  const evidence = evidenceOf(catalogue, sources);
  const messages = await messagesOver(model, SUMMARY_QUESTION, evidence, true, [], signal);
  const text = await note(model, messages, evidence.length, signal);
  const notes = notesOf(
    text,
    sources.map(({ range }) => range),
  );
  if (notes.length > 0) {
    const range = { startMs: 0, endMs: Math.max(1, record?.probe.durationMs ?? 0) };
    const row = { videoId, uri, stage: 'summary' as const, describer: model.name, recipe };
    const clipId = clipIdOf(videoId, range);
    await keep({ ...row, id: descriptionId(row, range), ...range, clipId, lines: [], notes });
  }
  return { notes, sources: restedOn(notes, sources), made: true };
}

function restedOn(notes: readonly Note[], sources: readonly Source[]): readonly Source[] {
  const starts = new Set(notes.flatMap(({ clips }) => clips.map(({ startMs }) => startMs)));
  return sources.filter(({ range }) => starts.has(range.startMs));
}
