import { generate } from '../adapters/transformers/generate.ts';
import { load, type Served } from '../adapters/transformers/load.ts';
import type { InferenceCalls, ModelPlace, Progress } from '../adapters/transformers/messages.ts';
import { detailOf } from '../adapters/transformers/unusable.ts';
import { serve } from '../base/serve.ts';

/** Between two signs of life while tokens are written, ms. */
const ALIVE_MS = 2000;

type Emit = (event: Progress) => Promise<void>;

let held: { readonly key: string; readonly served: Promise<Served> } | undefined;

/** A sign of life may be lost: a cancelled call wants none. */
function tell(emit: Emit, event: Progress): void {
  emit(event).catch(() => undefined);
}

/** One model at a time: another place ends this one. A failed load is tried again at the next call. */
async function served(place: ModelPlace, emit: Emit): Promise<Served> {
  const key = JSON.stringify(place);
  if (held?.key !== key) {
    const before = held;
    const next = async () => {
      await before?.served.then(
        ({ model }) => model.dispose(),
        () => undefined,
      );
      return load(place, (device) => tell(emit, { trying: device }));
    };
    held = { key, served: next() };
  }
  try {
    return await held.served;
  } catch (error) {
    held = undefined;
    throw error;
  }
}

serve<InferenceCalls>(
  {
    load: async (place, { emit }) => {
      const { health } = await served(place, emit);
      tell(emit, { loaded: health });
      return health;
    },
    generate: async ({ place, items, tokens }, { emit, signal }) => {
      const model = await served(place, emit);
      signal.throwIfAborted();
      // From here on a crash is the clip's doing, not the provider's.
      tell(emit, { loaded: model.health });
      let told = Date.now();
      const onToken = () => {
        if (Date.now() - told < ALIVE_MS) return;
        told = Date.now();
        tell(emit, { writing: true });
      };
      return generate(model, items, tokens, onToken, signal);
    },
  },
  detailOf,
);
