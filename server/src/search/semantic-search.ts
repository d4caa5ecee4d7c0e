import { TEXT_KINDS, toModelRevision, type VectorKind } from '../core/domain/vector.ts';
import { BASELINE_IMAGE_TEXTS } from '../core/ranking/calibration-pairs.ts';
import { understandsQuestion } from '../core/ranking/embedder-languages.ts';
import type { VectorMatch } from '../core/ranking/fusion.ts';
import {
  applyBackground,
  measureBackground,
  scoreImageFit,
  standsOut,
  toAnswerableStrength,
  toMatchStrength,
} from '../core/ranking/similarity-calibration.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { RowFilter, Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { createEmbedderMeasurements } from './embedder-measurements.ts';
import { createModelCallCache } from './model-call-cache.ts';

export interface SemanticSearchDeps {
  readonly store: Pick<Store, 'nearest' | 'vectorCount'>;
  /** Returns undefined if no model is selected; the search then uses words only. */
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly log: (message: string) => void;
}

/** Finds matches by meaning. Results are empty if no model is selected or ready in time. */
export interface SemanticSearch {
  /** Finds pieces of text, the most similar of each kind. */
  findText(
    text: string,
    kinds: readonly VectorKind[],
    filter: RowFilter,
    limits: SearchLimits,
    signal: AbortSignal,
  ): Promise<readonly VectorMatch[]>;
  /** Finds pictures that fit the text better than everyday descriptions. */
  findImages(
    text: string,
    filter: RowFilter,
    limits: SearchLimits,
    signal: AbortSignal,
  ): Promise<readonly VectorMatch[]>;
}

export interface SearchLimits {
  /** Maximum number of matches of each kind. */
  readonly perKind: number;
  /** Languages of the index, to tell the language of a short question. */
  readonly languages: readonly string[];
  /** Maximum wait for a model, in ms; a model that is loading continues to load. */
  readonly timeoutMs: number;
}

/**
 * Minimum fit of a picture; with thousands of pictures, weaker fits occur by chance. Everyday descriptions
 * share the rest.
 */
const MIN_IMAGE_FIT = 0.3;

/** Never cancels shared calls: the first caller may be gone, but the next one needs the result. */
const neverAborted = new AbortController().signal;

/** Creates a semantic search that embeds each query and finds similar vectors. */
export function createSemanticSearch({
  store,
  textEmbedder,
  frameEmbedder,
  log,
}: SemanticSearchDeps): SemanticSearch {
  const textCalls = createModelCallCache('text embedder', log);
  const imageCalls = createModelCallCache('frame embedder', log);
  const embedders = createEmbedderMeasurements({ store, log });
  const backgroundVectors = new WeakMap<FrameEmbedder, Promise<readonly Float32Array[]>>();

  function embedBackground(model: FrameEmbedder): Promise<readonly Float32Array[]> {
    const cachedVectors = backgroundVectors.get(model);
    if (cachedVectors) return cachedVectors;
    const pending = model.embedTexts(BASELINE_IMAGE_TEXTS, neverAborted);
    pending.catch(() => backgroundVectors.delete(model));
    backgroundVectors.set(model, pending);
    return pending;
  }

  return {
    async findText(text, kinds, filter, { perKind, languages: indexLanguages, timeoutMs }, signal) {
      const model = textEmbedder();
      if (!model || kinds.length === 0) return [];
      const space = { role: 'text', model: toModelRevision(model) } as const;
      const vectorCount = store.vectorCount(space);
      if (vectorCount === 0) return [];
      const work = async () => {
        const [vector] = await model.embed([text], 'query', neverAborted);
        return {
          vector,
          nearness: await embedders.calibrate(model),
          languages: await embedders.findLanguages(model),
        };
      };
      const embeddedText = await textCalls.call(`${space.model}\n${text}`, work, timeoutMs, signal);
      if (!embeddedText?.vector) return [];
      const { vector, nearness, languages } = embeddedText;
      if (!understandsQuestion(languages, text, indexLanguages)) return [];
      const matches = await Promise.all(
        TEXT_KINDS.filter((kind) => kinds.includes(kind)).map((kind) =>
          store.nearest(space, vector, perKind, { ...filter, kinds: [kind] }, signal),
        ),
      );
      const minStrength = nearness ? toAnswerableStrength(nearness, vectorCount) : Number.POSITIVE_INFINITY;
      const background = measureBackground(
        vector,
        await embedders.sampleVectors(space, vector.length, vectorCount),
      );
      const scale = nearness && applyBackground(nearness, background);
      return matches.flat().flatMap(({ row, similarity }): readonly VectorMatch[] => {
        const { id: _id, vector: _vector, ...place } = row;
        const strength = scale ? toMatchStrength(scale, similarity) : Math.max(0, similarity);
        const answerable =
          nearness !== undefined &&
          toMatchStrength(nearness, similarity) >= minStrength &&
          standsOut(nearness, background, similarity, vectorCount);
        return strength > 0 ? [{ ...place, strength, answerable, languages }] : [];
      });
    },
    async findImages(text, filter, { perKind, timeoutMs }, signal) {
      const model = frameEmbedder();
      if (!model) return [];
      const space = { role: 'frame', model: toModelRevision(model) } as const;
      if (store.vectorCount(space) === 0) return [];
      const work = async () => {
        const [words] = await model.embedTexts([text], neverAborted);
        return { words, background: await embedBackground(model) };
      };
      const embeddedText = await imageCalls.call(`${space.model}\n${text}`, work, timeoutMs, signal);
      if (!embeddedText?.words) return [];
      const { words, background } = embeddedText;
      const matches = await store.nearest(space, words, perKind, { ...filter, vectors: true }, signal);
      const nearest = Math.max(Number.EPSILON, matches[0]?.similarity ?? 0);
      return matches.flatMap(({ row, similarity }): readonly VectorMatch[] => {
        const { id: _id, vector, ...place } = row;
        const fit = vector ? scoreImageFit(vector, words, background) : 0;
        if (fit < MIN_IMAGE_FIT || similarity <= 0) return [];
        // Orders by similarity, because several pictures may reach the maximum fit.
        const strength = fit * (similarity / nearest);
        return [{ ...place, strength, answerable: false }];
      });
    },
  };
}
