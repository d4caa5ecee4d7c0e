import type { Uri } from '../../core/domain/time-range.ts';
import { toModelRevision, toVectorId, type VectorRow } from '../../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import { toEmbeddingChunks } from '../../core/ranking/embedding-chunks.ts';
import { hashText } from '../../core/text/hash-text.ts';
import { legacyHashText } from '../../core/text/legacy-hash.ts';
import type { Store } from '../../ports/store.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import type { WaitForTurn } from '../priority-gate.ts';
import type { WorkerStageDeps } from './stage-deps.ts';
import type { StageRunner } from './stage-runner.ts';

/** Version of the text splitting; increase it to embed everything again. */
const EMBED_TEXT_VERSION = 'embed 1';
/** Minimum number of texts per batch. */
const MIN_BATCH_TEXTS = 8;

/** Lists the stages whose text is embedded. */
const SOURCE_STAGES = ['cues', 'screenText', 'transcribe', 'caption'] as const;

/** Returns the model and, if vectors were lost, how often: rows marked as done may then be missing. */
function toModelKey(model: { readonly name: string; readonly revision: string }, lostCount: number): string {
  return `${toModelRevision(model)}${lostCount > 0 ? ` lost ${lostCount}` : ''}`;
}

/** Returns what the text vectors of a content depend on, for the recipe. */
export function embedTextFingerprint(
  { done, clips }: Pick<VideoRecord, 'done' | 'clips'>,
  model: TextEmbedder,
  lostCount: number,
  correctionsRevision: string,
): string {
  const inputs = [
    SOURCE_STAGES.map((stage) => done[stage] ?? ''),
    clips.map(({ endMs }) => endMs),
    correctionsRevision,
  ];
  return `${EMBED_TEXT_VERSION} ${toModelKey(model, lostCount)} ${hashText(JSON.stringify(inputs))}`;
}

/** Does the same for the sidecars of a path. Returns undefined if it has none or they are not read yet. */
export function embedSidecarFingerprint(
  { done, sidecars }: Pick<VideoFile, 'done' | 'sidecars'>,
  { clips }: Pick<VideoRecord, 'clips'>,
  model: TextEmbedder,
  lostCount: number,
  correctionsRevision: string,
): string | undefined {
  if (done.cues === undefined || (sidecars.length === 0 && done.embed === undefined)) return undefined;
  const inputs = [
    done.cues,
    ...(done.screenText === undefined ? [] : [done.screenText]),
    clips.map(({ endMs }) => endMs),
    correctionsRevision,
  ];
  return `${EMBED_TEXT_VERSION} ${toModelKey(model, lostCount)} ${hashText(JSON.stringify(inputs))}`;
}

export interface EmbedTextDeps {
  readonly store: Pick<Store, 'vectors'>;
  /** The store with user corrections applied. */
  readonly correctedStore: Pick<Store, 'descriptions'>;
  readonly embedder: TextEmbedder;
  /** Awaited before each batch, so that a question goes first. */
  readonly turn: WaitForTurn;
}

/**
 * Embeds the text of a content (`uri` empty) or of the sidecars of a path. Reuses stored vectors of unchanged
 * texts. Rejects with ModelUnavailableError if the model cannot serve, and with the signal's reason.
 */
export async function embedVideoText(
  { videoId, uri }: { readonly videoId: string; readonly uri: Uri | '' },
  { store, correctedStore, embedder, turn }: EmbedTextDeps,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly VectorRow[]> {
  const space = { role: 'text', model: toModelRevision(embedder) } as const;
  const rows = (await correctedStore.descriptions(videoId, uri, SOURCE_STAGES)).filter(
    (row) => row.uri === uri,
  );
  const texts = toEmbeddingChunks(rows);
  const vectorsByHash = new Map(
    (await store.vectors(space, videoId, uri)).map((row) => [row.made, row.vector]),
  );
  // Vectors stored before layout 3 of the index are found by their older hash.
  const storedHashes = new Set(vectorsByHash.keys());
  for (const { kind, text, made } of storedHashes.size > 0 ? texts : []) {
    const vector = storedHashes.has(made) ? undefined : vectorsByHash.get(legacyHashText(`${kind}\n${text}`));
    if (vector) vectorsByHash.set(made, vector);
  }
  const missingTexts = new Map(
    texts.filter(({ made }) => !vectorsByHash.has(made)).map(({ made, text }) => [made, text]),
  );
  const pendingTexts = [...missingTexts];
  const batch = Math.max(MIN_BATCH_TEXTS, embedder.batch);
  for (let from = 0; from < pendingTexts.length; from += batch) {
    await turn(signal);
    const batchTexts = pendingTexts.slice(from, from + batch);
    const vectors = await embedder.embed(
      batchTexts.map(([, text]) => text),
      'passage',
      signal,
    );
    for (const [i, [vectorSource]] of batchTexts.entries()) {
      const vector = vectors[i];
      if (vector) vectorsByHash.set(vectorSource, vector);
    }
    onShare(Math.min(1, (from + batch) / pendingTexts.length));
  }
  return texts.flatMap(({ kind, startMs, endMs, made }): readonly VectorRow[] => {
    const vector = vectorsByHash.get(made);
    const row = { videoId, uri, kind, startMs, endMs, made };
    return vector ? [{ id: toVectorId(row), ...row, vector }] : [];
  });
}

/** Creates the stage that embeds speech, captions and screen text, so that a search finds meanings and not only words. */
export function createEmbedTextStage({
  textEmbedder,
  store,
  correctedStore,
  corrections,
}: WorkerStageDeps): StageRunner {
  return {
    plan: {
      stage: 'embed',
      lane: 'deep',
      after: ['cues', 'facts', 'screenText', 'transcribe'],
      content: (record) => {
        const model = textEmbedder();
        return (
          model &&
          embedTextFingerprint(record, model, store.lostVectorCount(), corrections.revision(record.videoId))
        );
      },
      path: (copy, record) => {
        const model = textEmbedder();
        const correctionsRevision = corrections.revision(copy.videoId);
        return (
          model && embedSidecarFingerprint(copy, record, model, store.lostVectorCount(), correctionsRevision)
        );
      },
    },
    async run({ copy, record, path, turn }, onShare, signal) {
      if (record === undefined) return {};
      const embedder = textEmbedder();
      // Returning no rows would delete the old vectors.
      if (embedder === undefined)
        throw new ModelUnavailableError('No text embedder is available.', 'Set models.textEmbedder.');
      const target = { videoId: copy.videoId, uri: path ? copy.uri : '' };
      const rows = await embedVideoText(target, { store, correctedStore, embedder, turn }, onShare, signal);
      return { vectors: [{ ...target, role: 'text', model: toModelRevision(embedder), rows }] };
    },
  };
}
