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
import { type LoadedSpeech, SPEECH } from '../adapters/transformers/speech.ts';
import { detailOf } from '../adapters/transformers/unusable.ts';
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

/** Loads a model and tells what it runs on. */
function health<T>(held: (place: ModelPlace, emit: Emit) => Promise<Served<T>>) {
  return async (place: ModelPlace, { emit }: { readonly emit: Emit }): Promise<ModelHealth> => {
    const { health: loaded } = await held(place, emit);
    tell(emit, { loaded });
    return loaded;
  };
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
    generate: async ({ place, items, tokens }, { emit, signal }) => {
      const model = await captioner(place, emit);
      signal.throwIfAborted();
      // From here on a crash is the clip's doing, not the provider's.
      tell(emit, { loaded: model.health });
      return generate(model, items, tokens, liveSign(emit), signal);
    },
    loadSpeech: health(speech),
    loadTexts: health(texts),
    embedTexts: async ({ place, texts: list, purpose }, { emit, signal }) => {
      const model = await texts(place, emit);
      signal.throwIfAborted();
      tell(emit, { loaded: model.health });
      return embedTexts(model, list, purpose, liveSign(emit), signal);
    },
    listen: async ({ place, samples, language }, { emit, signal }) => {
      const model = await speech(place, emit);
      signal.throwIfAborted();
      tell(emit, { loaded: model.health });
      return listen(model, samples, language, liveSign(emit), signal);
    },
  },
  detailOf,
);
