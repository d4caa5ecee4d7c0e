import { toClipId } from '../core/domain/clip-id.ts';
import type { Description, SummaryNote } from '../core/domain/description.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { SUMMARY_QUESTION, summaryFingerprint, toSummaryNotes } from '../core/generation/video-summary.ts';
import { toDescriptionId } from '../core/pipeline/group-lines-by-clip.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { type EvidenceClip, toEvidenceClips, toPromptEvidence } from './evidence.ts';
import { askForNote, mapReduceMessages } from './map-reduce.ts';

/** A video's summary with the clips that its sentences rest on. */
export interface VideoSummary {
  readonly notes: readonly SummaryNote[];
  /** Those clips alone, in order. */
  readonly sources: readonly EvidenceClip[];
  /** True where the model was asked for it now, false where it was kept. */
  readonly isNew: boolean;
}

export interface SummaryDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  /** Keeps a summary in the index; one that cannot be kept is made anew the next time. */
  readonly saveSummary: (row: Description) => Promise<void>;
}

/**
 * The summary of a copy, over all its clips however many they are: the kept one where it was made by this model from just
 * these words, else a new one, which is kept; undefined where there is none and `make` is false. Without notes where the
 * video says nothing, or the model wrote nothing that cites. Rejects with UnavailableError and the signal's reason.
 */
export async function findOrCreateSummary(
  { store, catalogue, saveSummary }: SummaryDeps,
  model: Answerer,
  copy: VideoFile,
  mayCreate: boolean,
  signal: AbortSignal,
): Promise<VideoSummary | undefined> {
  signal.throwIfAborted();
  const { videoId, uri } = copy;
  const record = catalogue.video(videoId);
  const rows = await store.descriptions(videoId, uri);
  const sourceRows = rows.filter(({ stage }) => stage !== 'summary');
  const sources = toEvidenceClips(copy, record?.clips ?? [], sourceRows);
  if (sources.length === 0) return { notes: [], sources: [], isNew: false };
  const recipe = summaryFingerprint(model.name, sources);
  const savedNotes = rows.find((row) => row.stage === 'summary' && row.recipe === recipe)?.notes;
  if (savedNotes) return { notes: savedNotes, sources: clipsOfNotes(savedNotes, sources), isNew: false };
  if (!mayCreate) return undefined;
  const evidence = toPromptEvidence(catalogue, sources);
  const messages = await mapReduceMessages(model, SUMMARY_QUESTION, evidence, true, [], signal);
  const text = await askForNote(model, messages, evidence.length, signal);
  const notes = toSummaryNotes(
    text,
    sources.map(({ range }) => range),
  );
  if (notes.length > 0) {
    const range = { startMs: 0, endMs: Math.max(1, record?.probe.durationMs ?? 0) };
    const row = { videoId, uri, stage: 'summary' as const, describer: model.name, recipe };
    const clipId = toClipId(videoId, range);
    await saveSummary({ ...row, id: toDescriptionId(row, range), ...range, clipId, lines: [], notes });
  }
  return { notes, sources: clipsOfNotes(notes, sources), isNew: true };
}

function clipsOfNotes(
  notes: readonly SummaryNote[],
  sources: readonly EvidenceClip[],
): readonly EvidenceClip[] {
  const starts = new Set(notes.flatMap(({ clips }) => clips.map(({ startMs }) => startMs)));
  return sources.filter(({ range }) => starts.has(range.startMs));
}
