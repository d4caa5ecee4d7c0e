import { TEXT_KINDS, toModelRevision, type VectorKind } from '../core/domain/vector.ts';
import { BASELINE_IMAGE_TEXTS, CALIBRATION_PAIRS } from '../core/ranking/calibration-pairs.ts';
import type { VectorMatch } from '../core/ranking/fusion.ts';
import {
  calibrateSimilarity,
  type SimilarityCalibration,
  scoreImageFit,
  toAnswerableStrength,
  toMatchStrength,
} from '../core/ranking/similarity-calibration.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { RowFilter, Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { createModelCallCache } from './model-call-cache.ts';

export interface SemanticSearchDeps {
  readonly store: Pick<Store, 'nearest' | 'vectorCount'>;
  /** Undefined where none is in use: words alone are asked then. */
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly log: (message: string) => void;
}

/** What is near to a text by its meaning; empty where no model is in use or none is ready in time. */
export interface SemanticSearch {
  /** Pieces of text, the nearest of each kind. */
  findText(
    text: string,
    kinds: readonly VectorKind[],
    filter: RowFilter,
    limits: SearchLimits,
    signal: AbortSignal,
  ): Promise<readonly VectorMatch[]>;
  /** Pictures that fit the text better than everyday words. */
  findImages(
    text: string,
    filter: RowFilter,
    limits: SearchLimits,
    signal: AbortSignal,
  ): Promise<readonly VectorMatch[]>;
}

export interface SearchLimits {
  /** How many of each kind at most. */
  readonly perKind: number;
  /** How long a model is waited for, ms; one that is not loaded goes on loading. */
  readonly timeoutMs: number;
}

/** Pictures that fit less well than this are among thousands by chance; everyday words share the rest. */
const MIN_IMAGE_FIT = 0.3;

/** Nothing cancels it: whoever asked first may have gone, and the next one needs it. */
const neverAborted = new AbortController().signal;

/** Embeds questions as they come and finds what lies near to them. */
export function createSemanticSearch({
  store,
  textEmbedder,
  frameEmbedder,
  log,
}: SemanticSearchDeps): SemanticSearch {
  const textCalls = createModelCallCache('text embedder', log);
  const imageCalls = createModelCallCache('frame embedder', log);
  const calibrations = new WeakMap<TextEmbedder, Promise<SimilarityCalibration | undefined>>();
  const backgroundVectors = new WeakMap<FrameEmbedder, Promise<readonly Float32Array[]>>();

  /** Once for each model: what its similarities mean. */
  function calibrate(model: TextEmbedder): Promise<SimilarityCalibration | undefined> {
    const cached = calibrations.get(model);
    if (cached) return cached;
    const compute = async () => {
      const questions = await model.embed(
        CALIBRATION_PAIRS.map(([question]) => question),
        'query',
        neverAborted,
      );
      const answers = await model.embed(
        CALIBRATION_PAIRS.map(([, answer]) => answer),
        'passage',
        neverAborted,
      );
      const nearness = calibrateSimilarity(questions, answers);
      if (!nearness)
        log(`${model.name} hardly tells answers from other texts: its meanings rank hits and never answer.`);
      return nearness;
    };
    const pending = compute();
    pending.catch(() => calibrations.delete(model));
    calibrations.set(model, pending);
    return pending;
  }

  function embedBackground(model: FrameEmbedder): Promise<readonly Float32Array[]> {
    const cached = backgroundVectors.get(model);
    if (cached) return cached;
    const pending = model.embedTexts(BASELINE_IMAGE_TEXTS, neverAborted);
    pending.catch(() => backgroundVectors.delete(model));
    backgroundVectors.set(model, pending);
    return pending;
  }

  return {
    async findText(text, kinds, filter, { perKind, timeoutMs }, signal) {
      const model = textEmbedder();
      if (!model || kinds.length === 0) return [];
      const space = { role: 'text', model: toModelRevision(model) } as const;
      const vectorCount = store.vectorCount(space);
      if (vectorCount === 0) return [];
      const work = async () => {
        const [vector] = await model.embed([text], 'query', neverAborted);
        return { vector, nearness: await calibrate(model) };
      };
      const embedded = await textCalls.call(`${space.model}\n${text}`, work, timeoutMs, signal);
      if (!embedded?.vector) return [];
      const { vector, nearness } = embedded;
      const matches = await Promise.all(
        TEXT_KINDS.filter((kind) => kinds.includes(kind)).map((kind) =>
          store.nearest(space, vector, perKind, { ...filter, kinds: [kind] }, signal),
        ),
      );
      const minStrength = nearness ? toAnswerableStrength(nearness, vectorCount) : Number.POSITIVE_INFINITY;
      return matches.flat().flatMap(({ row, similarity }): readonly VectorMatch[] => {
        const { id: _id, vector: _vector, ...place } = row;
        const strength = nearness ? toMatchStrength(nearness, similarity) : Math.max(0, similarity);
        return strength > 0 ? [{ ...place, strength, answerable: strength >= minStrength }] : [];
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
      const embedded = await imageCalls.call(`${space.model}\n${text}`, work, timeoutMs, signal);
      if (!embedded?.words) return [];
      const { words, background } = embedded;
      const matches = await store.nearest(space, words, perKind, { ...filter, vectors: true }, signal);
      const nearest = Math.max(Number.EPSILON, matches[0]?.similarity ?? 0);
      return matches.flatMap(({ row, similarity }): readonly VectorMatch[] => {
        const { id: _id, vector, ...place } = row;
        const fit = vector ? scoreImageFit(vector, words, background) : 0;
        if (fit < MIN_IMAGE_FIT || similarity <= 0) return [];
        // Several may fit as well as can be: the nearest of them first.
        const strength = fit * (similarity / nearest);
        return [{ ...place, strength, answerable: false }];
      });
    },
  };
}
