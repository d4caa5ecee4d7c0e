import { toClipId } from '../core/domain/clip-id.ts';
import type { Description, SummaryNote } from '../core/domain/description.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { SUMMARY_QUESTION, summaryFingerprint, toSummaryNotes } from '../core/generation/video-summary.ts';
import { toDescriptionId } from '../core/pipeline/group-lines-by-clip.ts';
import { legacyHashText } from '../core/text/legacy-hash.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { type EvidenceClip, toEvidenceClips, toPromptEvidence } from './evidence.ts';
import { askForNote, mapReduceMessages } from './map-reduce.ts';

/** Holds a summary of a video and the clips it cites. */
export interface VideoSummary {
  readonly notes: readonly SummaryNote[];
  /** Cited clips only, in order. */
  readonly sources: readonly EvidenceClip[];
  /** True if the model wrote it now, false if it was loaded from the index. */
  readonly isNew: boolean;
}

export interface SummaryDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  /** Stores a summary in the index. If storing fails, the next request creates the summary again. */
  readonly saveSummary: (row: Description) => Promise<void>;
}

/**
 * Returns the summary of a copy over all its clips. A stored summary is reused if the same model wrote it
 * from the same text. Otherwise a new one is created and stored. Returns undefined if none is stored and
 * `mayCreate` is false. Notes are empty if the video has no text or the model cited nothing. Rejects with
 * ModelUnavailableError and the signal's reason.
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
  const summaries = rows.filter(({ stage }) => stage === 'summary');
  const findSaved = (wanted: string) => summaries.find((row) => row.recipe === wanted)?.notes;
  // One that was written before layout 3 of the index stays valid.
  const savedNotes =
    findSaved(recipe) ??
    (summaries.length > 0 ? findSaved(summaryFingerprint(model.name, sources, legacyHashText)) : undefined);
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
