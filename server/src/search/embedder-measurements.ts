import type { VectorSpace } from '../core/domain/vector.ts';
import { CALIBRATION_PAIRS } from '../core/ranking/calibration-pairs.ts';
import { type EmbedderLanguages, measureLanguages } from '../core/ranking/embedder-languages.ts';
import { LANGUAGE_PAIRS } from '../core/ranking/language-pairs.ts';
import { calibrateSimilarity, type SimilarityCalibration } from '../core/ranking/similarity-calibration.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';

/**
 * Arbitrary directions, and texts nearest to each, that tell how similar random texts of the index are to a question.
 * The texts near a single direction resemble each other: they vary a fifth less than all texts do.
 */
const BACKGROUND_DIRECTIONS = 16;
const TEXTS_PER_DIRECTION = 16;

function toUnitVector(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

/** Returns one of many directions that are about at right angles to each other. */
function toDirection(number: number, dimension: number): Float32Array {
  return toUnitVector(
    Float32Array.from({ length: dimension }, (_, i) => Math.sin((i * i + 1) * (1 + number * 0.618) + number)),
  );
}

/** Never cancels shared calls: the first caller may be gone, but the next one needs the result. */
const neverAborted = new AbortController().signal;

/** What is measured once of each text embedder, and of the texts of the index. */
export interface EmbedderMeasurements {
  /** Returns how to read a model's similarities; undefined if it does not separate answers from other texts. */
  calibrate(model: TextEmbedder): Promise<SimilarityCalibration | undefined>;
  /** Returns the languages that a model understands. Others are matched by words only. */
  findLanguages(model: TextEmbedder): Promise<EmbedderLanguages>;
  /** Returns vectors of texts that have nothing to do with any question in particular. */
  sampleVectors(space: VectorSpace, dimension: number, count: number): Promise<readonly Float32Array[]>;
}

export function createEmbedderMeasurements({
  store,
  log,
}: {
  readonly store: Pick<Store, 'nearest'>;
  readonly log: (message: string) => void;
}): EmbedderMeasurements {
  const calibrations = new WeakMap<TextEmbedder, Promise<SimilarityCalibration | undefined>>();
  const measuredLanguages = new WeakMap<TextEmbedder, Promise<EmbedderLanguages>>();
  let sampledVectors:
    | { readonly key: string; readonly vectors: Promise<readonly Float32Array[]> }
    | undefined;

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
        log(
          `${model.name} barely separates answers from other texts. Its matches rank hits but are not used as answers.`,
        );
      return nearness;
    };
    const pending = compute();
    pending.catch(() => calibrations.delete(model));
    calibrations.set(model, pending);
    return pending;
  }

  /** Measures once which languages a model understands. Others are matched by words only. */
  function findLanguages(model: TextEmbedder): Promise<EmbedderLanguages> {
    const cached = measuredLanguages.get(model);
    if (cached) return cached;
    const compute = async () => {
      const pairs = Object.values(LANGUAGE_PAIRS).flat();
      const questions = pairs.map(([question]) => question);
      const answers = pairs.map(([, answer]) => answer);
      return measureLanguages(
        await model.embed(questions, 'query', neverAborted),
        await model.embed(answers, 'passage', neverAborted),
      );
    };
    const pending = compute();
    pending.catch(() => measuredLanguages.delete(model));
    measuredLanguages.set(model, pending);
    return pending;
  }

  /**
   * Returns texts of the index that have nothing to do with a question: those nearest to arbitrary directions.
   * They are read again when the index has doubled.
   */
  function sampleVectors(
    space: VectorSpace,
    dimension: number,
    count: number,
  ): Promise<readonly Float32Array[]> {
    const key = `${space.model} ${dimension} ${Math.floor(Math.log2(count))}`;
    if (sampledVectors?.key === key) return sampledVectors.vectors;
    const sample = async () => {
      const neighbours = await Promise.all(
        Array.from({ length: BACKGROUND_DIRECTIONS }, (_, i) =>
          store.nearest(
            space,
            toDirection(i + 1, dimension),
            TEXTS_PER_DIRECTION,
            { vectors: true },
            neverAborted,
          ),
        ),
      );
      const byId = new Map(
        neighbours.flat().flatMap(({ row }) => (row.vector ? [[row.id, row.vector] as const] : [])),
      );
      return [...byId.values()];
    };
    const vectors = sample();
    vectors.catch(() => {
      sampledVectors = undefined;
    });
    sampledVectors = { key, vectors };
    return vectors;
  }

  return { calibrate, findLanguages, sampleVectors };
}
