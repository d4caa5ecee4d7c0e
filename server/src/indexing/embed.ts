import { embedTexts } from '../core/embedTexts.ts';
import { hashText } from '../core/hash.ts';
import type { Uri } from '../core/range.ts';
import { modelOf, type VectorRow, vectorId } from '../core/vector.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Turn } from './turns.ts';

/** How text is cut for embedding; another number embeds everything anew. */
const VERSION = 'embed 1';
/** Pieces given at a time where a model names fewer. */
const LEAST_BATCH = 8;

/** Stages whose words are embedded. */
const SOURCES = ['cues', 'screenText', 'transcribe', 'caption'] as const;

/** Model and, where vectors were lost, how often: then those that are marked as done are not there. */
function modelKey(model: { readonly name: string; readonly revision: string }, lost: number): string {
  return `${modelOf(model)}${lost > 0 ? ` lost ${lost}` : ''}`;
}

/** What the vectors of a content's words rest on, for the Recipe; `corrected` is the revision of its corrections. */
export function embedRecipe(
  { done, clips }: Pick<VideoRecord, 'done' | 'clips'>,
  model: TextEmbedder,
  lost: number,
  corrected: string,
): string {
  const made = [SOURCES.map((stage) => done[stage] ?? ''), clips.map(({ endMs }) => endMs), corrected];
  return `${VERSION} ${modelKey(model, lost)} ${hashText(JSON.stringify(made))}`;
}

/** The same for the sidecars of a path. Undefined where it has none, or they are not read yet. */
export function embedPathRecipe(
  { done, sidecars }: Pick<Copy, 'done' | 'sidecars'>,
  { clips }: Pick<VideoRecord, 'clips'>,
  model: TextEmbedder,
  lost: number,
  corrected: string,
): string | undefined {
  if (done.cues === undefined || (sidecars.length === 0 && done.embed === undefined)) return undefined;
  const made = [done.cues, clips.map(({ endMs }) => endMs), corrected];
  return `${VERSION} ${modelKey(model, lost)} ${hashText(JSON.stringify(made))}`;
}

export interface EmbedPorts {
  readonly store: Pick<Store, 'vectors'>;
  /** The store as persons corrected it. */
  readonly told: Pick<Store, 'descriptions'>;
  readonly embedder: TextEmbedder;
  /** Asked before each batch: a question goes first. */
  readonly turn: Turn;
}

/**
 * Embeds what is said, seen and written in a content (`uri` empty) or in the sidecars of a path. Texts whose vectors
 * the store has are not embedded again. Rejects with UnavailableError where the model cannot serve, and with the
 * signal's reason.
 */
export async function embedWords(
  { videoId, uri }: { readonly videoId: string; readonly uri: Uri | '' },
  { store, told, embedder, turn }: EmbedPorts,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<readonly VectorRow[]> {
  const space = { role: 'text', model: modelOf(embedder) } as const;
  const rows = (await told.descriptions(videoId, uri, SOURCES)).filter((row) => row.uri === uri);
  const texts = embedTexts(rows);
  const known = new Map((await store.vectors(space, videoId, uri)).map((row) => [row.made, row.vector]));
  const missing = new Map(texts.filter(({ made }) => !known.has(made)).map(({ made, text }) => [made, text]));
  const left = [...missing];
  const batch = Math.max(LEAST_BATCH, embedder.batch);
  for (let from = 0; from < left.length; from += batch) {
    await turn(signal);
    const some = left.slice(from, from + batch);
    const vectors = await embedder.embed(
      some.map(([, text]) => text),
      'passage',
      signal,
    );
    for (const [i, [made]] of some.entries()) {
      const vector = vectors[i];
      if (vector) known.set(made, vector);
    }
    onShare(Math.min(1, (from + batch) / left.length));
  }
  return texts.flatMap(({ kind, startMs, endMs, made }): readonly VectorRow[] => {
    const vector = known.get(made);
    const of = { videoId, uri, kind, startMs, endMs, made };
    return vector ? [{ id: vectorId(of), ...of, vector }] : [];
  });
}
