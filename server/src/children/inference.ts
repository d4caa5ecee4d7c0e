import { embedTexts, type LoadedTexts, TEXTS } from '../adapters/transformers/embedding.ts';
import { generate } from '../adapters/transformers/generate.ts';
import { listen } from '../adapters/transformers/listen.ts';
import {
  CAPTIONERS,
  type Disposable,
  type Kind,
  type Loaded,
  load,
  type Served,
} from '../adapters/transformers/load.ts';
import type { InferenceCalls, ModelPlace, Progress } from '../adapters/transformers/messages.ts';
import { type LoadedRanker, RANKERS, rank } from '../adapters/transformers/ranking.ts';
import { type LoadedSpeech, SPEECH } from '../adapters/transformers/speech.ts';
import { embedPictures, embedWords, type LoadedTowers, TOWERS } from '../adapters/transformers/towers.ts';
import { detailOf } from '../adapters/transformers/unusable.ts';
import {
  captions,
  type LoadedWriter,
  partsPrompt,
  textPrompt,
  WRITERS,
  writeReply,
} from '../adapters/transformers/writing.ts';
import { serve } from '../base/serve.ts';
import type { ModelHealth } from '../ports/captioner.ts';

/** Between two signs of life while tokens are written, ms. */
const ALIVE_MS = 2000;

type Emit = (event: Progress) => Promise<void>;

/** A sign of life may be lost: a cancelled call wants none. */
function tell(emit: Emit, event: Progress): void {
  emit(event).catch(() => undefined);
}

/** One model at a time: another place ends this one. A failed load is tried again at the next call. */
function holder<T extends Disposable>(kind: Kind<T>) {
  let held: { readonly key: string; readonly served: Promise<Served<T>> } | undefined;
  return async (place: ModelPlace, emit: Emit): Promise<Served<T>> => {
    const key = JSON.stringify(place);
    if (held?.key !== key) {
      const before = held;
      const next = async () => {
        await before?.served.then(
          (model) => model.dispose(),
          () => undefined,
        );
        return load(kind, place, (device) => tell(emit, { trying: device }));
      };
      held = { key, served: next() };
    }
    try {
      return await held.served;
    } catch (error) {
      held = undefined;
      throw error;
    }
  };
}

const captioner = holder<Loaded>(CAPTIONERS);
const speech = holder<LoadedSpeech>(SPEECH);
const texts = holder<LoadedTexts>(TEXTS);
const towers = holder<LoadedTowers>(TOWERS);
const ranker = holder<LoadedRanker>(RANKERS);
const writer = holder<LoadedWriter>(WRITERS);

/** Loads a model and tells what it runs on. */
function health<T>(held: (place: ModelPlace, emit: Emit) => Promise<Served<T>>) {
  return async (place: ModelPlace, { emit }: { readonly emit: Emit }): Promise<ModelHealth> => {
    const { health: loaded } = await held(place, emit);
    tell(emit, { loaded });
    return loaded;
  };
}

/** A model that is loaded and still wanted. From here on a crash is the work's doing, not the provider's. */
async function ready<T extends { readonly health: ModelHealth }>(
  pending: Promise<T>,
  emit: Emit,
  signal: AbortSignal,
): Promise<T> {
  const model = await pending;
  signal.throwIfAborted();
  tell(emit, { loaded: model.health });
  return model;
}

/** Tells now and then that tokens are written. */
function liveSign(emit: Emit): () => void {
  let told = Date.now();
  return () => {
    if (Date.now() - told < ALIVE_MS) return;
    told = Date.now();
    tell(emit, { writing: true });
  };
}

serve<InferenceCalls>(
  {
    load: health(captioner),
    generate: async ({ place, items, tokens, streams }, { emit, signal }) => {
      const model = await ready(captioner(place, emit), emit, signal);
      const onDelta = streams ? (delta: string) => tell(emit, { delta }) : undefined;
      return generate(model, items, tokens, { onToken: liveSign(emit), onDelta }, signal);
    },
    loadSpeech: health(speech),
    loadTexts: health(texts),
    embedTexts: async ({ place, texts: list, purpose }, { emit, signal }) => {
      const model = await ready(texts(place, emit), emit, signal);
      return embedTexts(model, list, purpose, liveSign(emit), signal);
    },
    loadTowers: health(towers),
    embedWords: async ({ place, texts: list }, { emit, signal }) => {
      const model = await ready(towers(place, emit), emit, signal);
      return embedWords(model, list, liveSign(emit), signal);
    },
    embedPictures: async ({ place, pictures }, { emit, signal }) => {
      const model = await ready(towers(place, emit), emit, signal);
      return embedPictures(model, pictures, liveSign(emit), signal);
    },
    loadRanker: health(ranker),
    rank: async ({ place, question, passages }, { emit, signal }) => {
      const model = await ready(ranker(place, emit), emit, signal);
      return rank(model, question, passages, liveSign(emit), signal);
    },
    loadWriter: (place, context) =>
      captions(place.folder) ? health(captioner)(place, context) : health(writer)(place, context),
    write: async ({ place, messages, tokens }, { emit, signal }) => {
      const watch = { onToken: liveSign(emit), onDelta: (delta: string) => tell(emit, { delta }) };
      if (captions(place.folder)) {
        const model = await ready(captioner(place, emit), emit, signal);
        return writeReply(model, partsPrompt(model, messages), tokens, watch, signal);
      }
      const model = await ready(writer(place, emit), emit, signal);
      return writeReply(model, textPrompt(model, messages), tokens, watch, signal);
    },
    listen: async ({ place, samples, language }, { emit, signal }) => {
      const model = await ready(speech(place, emit), emit, signal);
      return listen(model, samples, language, liveSign(emit), signal);
    },
  },
  detailOf,
);
