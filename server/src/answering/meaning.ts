import type { Near } from '../core/fuse.ts';
import { fits, measureNearness, type Nearness, strengthOf, sureFrom } from '../core/nearness.ts';
import { EVERYDAY_PICTURES, PAIRS } from '../core/nearnessTexts.ts';
import { modelOf, TEXT_KINDS, type VectorKind } from '../core/vector.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { RowFilter, Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { createPatient } from './patient.ts';

export interface MeaningPorts {
  readonly store: Pick<Store, 'nearest' | 'vectorCount'>;
  /** Undefined where none is in use: words alone are asked then. */
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly log: (message: string) => void;
}

/** What is near to a text by its meaning; empty where no model is in use or none is ready in time. */
export interface MeaningSearch {
  /** Pieces of text, the nearest of each kind. */
  near(
    text: string,
    kinds: readonly VectorKind[],
    filter: RowFilter,
    limits: Limits,
    signal: AbortSignal,
  ): Promise<readonly Near[]>;
  /** Pictures that fit the text better than everyday words. */
  looks(text: string, filter: RowFilter, limits: Limits, signal: AbortSignal): Promise<readonly Near[]>;
}

export interface Limits {
  /** How many of each kind at most. */
  readonly each: number;
  /** How long a model is waited for, ms; one that is not loaded goes on loading. */
  readonly patienceMs: number;
}

/** Pictures that fit less well than this are among thousands by chance; everyday words share the rest. */
const LEAST_FIT = 0.3;

/** Nothing cancels it: whoever asked first may have gone, and the next one needs it. */
const never = new AbortController().signal;

/** Embeds questions as they come and finds what lies near to them. */
export function createMeaning({ store, textEmbedder, frameEmbedder, log }: MeaningPorts): MeaningSearch {
  const texts = createPatient('text embedder', log);
  const pictures = createPatient('frame embedder', log);
  const measured = new WeakMap<TextEmbedder, Promise<Nearness | undefined>>();
  const everyday = new WeakMap<FrameEmbedder, Promise<readonly Float32Array[]>>();

  /** Once for each model: what its similarities mean. */
  function nearnessOf(model: TextEmbedder): Promise<Nearness | undefined> {
    const known = measured.get(model);
    if (known) return known;
    const measure = async () => {
      const questions = await model.embed(
        PAIRS.map(([question]) => question),
        'query',
        never,
      );
      const answers = await model.embed(
        PAIRS.map(([, answer]) => answer),
        'passage',
        never,
      );
      const nearness = measureNearness(questions, answers);
      if (!nearness)
        log(`${model.name} hardly tells answers from other texts: its meanings rank hits and never answer.`);
      return nearness;
    };
    const done = measure();
    done.catch(() => measured.delete(model));
    measured.set(model, done);
    return done;
  }

  function everydayOf(model: FrameEmbedder): Promise<readonly Float32Array[]> {
    const known = everyday.get(model);
    if (known) return known;
    const done = model.embedTexts(EVERYDAY_PICTURES, never);
    done.catch(() => everyday.delete(model));
    everyday.set(model, done);
    return done;
  }

  return {
    async near(text, kinds, filter, { each, patienceMs }, signal) {
      const model = textEmbedder();
      if (!model || kinds.length === 0) return [];
      const space = { role: 'text', model: modelOf(model) } as const;
      const among = store.vectorCount(space);
      if (among === 0) return [];
      const work = async () => {
        const [vector] = await model.embed([text], 'query', never);
        return { vector, nearness: await nearnessOf(model) };
      };
      const asked = await texts.ask(`${space.model}\n${text}`, work, patienceMs, signal);
      if (!asked?.vector) return [];
      const { vector, nearness } = asked;
      const found = await Promise.all(
        TEXT_KINDS.filter((kind) => kinds.includes(kind)).map((kind) =>
          store.nearest(space, vector, each, { ...filter, kinds: [kind] }, signal),
        ),
      );
      const least = nearness ? sureFrom(nearness, among) : Number.POSITIVE_INFINITY;
      return found.flat().flatMap(({ row, similarity }): readonly Near[] => {
        const { id: _id, vector: _vector, ...place } = row;
        const strength = nearness ? strengthOf(nearness, similarity) : Math.max(0, similarity);
        return strength > 0 ? [{ ...place, strength, sure: strength >= least }] : [];
      });
    },
    async looks(text, filter, { each, patienceMs }, signal) {
      const model = frameEmbedder();
      if (!model) return [];
      const space = { role: 'frame', model: modelOf(model) } as const;
      if (store.vectorCount(space) === 0) return [];
      const work = async () => {
        const [words] = await model.embedTexts([text], never);
        return { words, others: await everydayOf(model) };
      };
      const asked = await pictures.ask(`${space.model}\n${text}`, work, patienceMs, signal);
      if (!asked?.words) return [];
      const { words, others } = asked;
      const found = await store.nearest(space, words, each, { ...filter, vectors: true }, signal);
      const nearest = Math.max(Number.EPSILON, found[0]?.similarity ?? 0);
      return found.flatMap(({ row, similarity }): readonly Near[] => {
        const { id: _id, vector, ...place } = row;
        const fit = vector ? fits(vector, words, others) : 0;
        if (fit < LEAST_FIT || similarity <= 0) return [];
        // Several may fit as well as can be: the nearest of them first.
        const strength = fit * (similarity / nearest);
        return [{ ...place, strength, sure: false }];
      });
    },
  };
}
